"""Published medicine as pure code: no Django; every figure names its paper, unit and version."""
