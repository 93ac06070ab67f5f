"""`python -m homespun` is `homespun`."""

from homespun.cli import main

if __name__ == "__main__":
    main()
