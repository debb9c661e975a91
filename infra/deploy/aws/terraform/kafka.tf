# Three brokers, one a zone, whom nobody reaches but by TLS and an IAM role.

module "kafka" {
  source  = "terraform-aws-modules/msk-kafka-cluster/aws"
  version = "3.3.0"

  name                   = local.tables.kafka.name
  kafka_version          = var.kafka_version
  number_of_broker_nodes = length(var.zones)

  broker_node_instance_type   = "${var.brokers == "express" ? "express" : "kafka"}.${var.broker_size}"
  broker_node_client_subnets  = module.network.intra_subnets
  broker_node_security_groups = [aws_security_group.this["kafka"].id]
  broker_node_storage_info = var.brokers == "express" ? null : {
    ebs_storage_info = { volume_size = local.tables.kafka.gigabytesABroker }
  }
  enable_storage_autoscaling = false

  client_authentication = {
    sasl            = { iam = true, scram = false }
    unauthenticated = false
  }
  encryption_in_transit_client_broker = "TLS"
  encryption_in_transit_in_cluster    = true

  configuration_name              = "eventflow-${var.brokers}"
  configuration_server_properties = local.tables.kafka.settings[var.brokers]

  enhanced_monitoring = "PER_TOPIC_PER_BROKER"
  # The module gives Express brokers no log.
  cloudwatch_logs_enabled                = var.brokers == "standard"
  create_cloudwatch_log_group            = var.brokers == "standard"
  cloudwatch_log_group_retention_in_days = local.tables.logDays
}
