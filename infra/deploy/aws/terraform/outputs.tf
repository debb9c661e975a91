output "door_name" {
  description = "What the name that providers send to is a CNAME of"
  value       = module.door.dns_name
}

output "cluster" {
  description = "Where jobs are run"
  value       = module.cluster.arn
}

output "job_network" {
  description = "Subnets and security group of jobs, as `aws ecs run-task` takes them"
  value       = "awsvpcConfiguration={subnets=[${join(",", module.network.private_subnets)}],securityGroups=[${aws_security_group.this["services"].id}]}"
}

output "told" {
  description = "Topic that alarms write to: subscribe whoever is woken"
  value       = aws_sns_topic.told.arn
}
