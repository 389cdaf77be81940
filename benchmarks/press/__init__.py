"""What a press costs: our whole durable press beside the bare echo bots of the libraries that people use."""
