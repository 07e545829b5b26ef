"""Every rule with its source and who signed it, the products, and the evidence behind them."""
