"""The training process: the only code that imports PyTorch. Started as `python -m homespun.learning.training`."""
