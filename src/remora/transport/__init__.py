"""Ways of reaching an adapter: each module opens one kind of stream, whatever flows in it."""
