"""Ways of reaching an adapter: each module opens one kind of stream, and knows nothing of what flows in it."""
