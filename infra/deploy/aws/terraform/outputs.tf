output "door_name" {
  description = "What the name that providers send to is a CNAME of"
  value       = module.door.dns_name
}

output "cluster_name" {
  description = "Where services and jobs run"
  value       = module.cluster.name
}

output "jobs_network" {
  description = "Network of a job, as run-task takes it"
  value       = "awsvpcConfiguration={subnets=[${join(",", module.network.private_subnets)}],securityGroups=[${aws_security_group.this["storing"].id}]}"
}

output "alarms_topic" {
  description = "Topic of alarms, to which a person or a pager subscribes"
  value       = aws_sns_topic.told.arn
}
