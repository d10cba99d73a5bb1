"""What the nights and the questions cost, against hand-made SQL and other libraries."""
