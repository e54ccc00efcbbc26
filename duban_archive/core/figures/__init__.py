"""数据一致: figures read out of tables and sentences with their places, and the rules that compare them."""
