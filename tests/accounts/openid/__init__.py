"""Sign-in with an OpenID provider that is a process of its own."""
