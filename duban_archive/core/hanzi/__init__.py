"""What is known of hanzi as such: sound, shape, traditional form. Tables, each read when it is first needed."""
