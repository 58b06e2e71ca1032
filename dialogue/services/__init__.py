"""What a person can do: each public function is one act."""
