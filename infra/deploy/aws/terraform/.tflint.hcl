# Rules of the language alone: what AWS's provider takes is known to the provider.
config {
  call_module_type = "none"
}

plugin "terraform" {
  enabled = true
  preset  = "all"
}
