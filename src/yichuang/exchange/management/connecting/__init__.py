"""The subcommands of `yichuang connect`, one module each: `add` names its arguments, `run` does it."""
