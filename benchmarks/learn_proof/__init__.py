"""The proof of the second ring: a simulated firm with hidden rules votes on live answers, and the model gets better."""
