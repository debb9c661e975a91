# Three zones: the door in front, services behind it, brokers and the database where nothing comes from or goes outside.

locals {
  cidr = "10.20.0.0/16"
}

module "network" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "6.6.0"

  name            = "eventflow"
  cidr            = local.cidr
  azs             = var.zones
  public_subnets  = [for zone in range(3) : cidrsubnet(local.cidr, 8, zone)]
  intra_subnets   = [for zone in range(3) : cidrsubnet(local.cidr, 8, 8 + zone)]
  private_subnets = [for zone in range(3) : cidrsubnet(local.cidr, 4, 1 + zone)]

  enable_nat_gateway     = true
  one_nat_gateway_per_az = true

  enable_flow_log                                 = true
  create_flow_log_cloudwatch_log_group            = true
  create_flow_log_cloudwatch_iam_role             = true
  flow_log_cloudwatch_log_group_retention_in_days = local.tables.logDays
}

locals {
  groups = {
    door     = "From the internet, to the intake"
    intake   = "From the door, to brokers and AWS"
    services = "To brokers and AWS"
    storing  = "To brokers, the database and AWS"
    kafka    = "From services"
    database = "From who stores and who asks"
  }

  # Who reaches whom, and nobody else does.
  ways = {
    door_to_intake      = { from = "door", to = "intake", port = local.tables.door.port }
    intake_to_kafka     = { from = "intake", to = "kafka", port = local.tables.kafka.port }
    services_to_kafka   = { from = "services", to = "kafka", port = local.tables.kafka.port }
    storing_to_kafka    = { from = "storing", to = "kafka", port = local.tables.kafka.port }
    storing_to_database = { from = "storing", to = "database", port = local.tables.database.port }
  }
}

resource "aws_security_group" "this" {
  # checkov:skip=CKV2_AWS_5: Each is of a load balancer, a cluster, a database or a service that a module makes.
  for_each = local.groups

  name_prefix = "eventflow-${each.key}-"
  description = each.value
  vpc_id      = module.network.vpc_id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_egress_rule" "way" {
  for_each = local.ways

  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_ingress_rule" "way" {
  for_each = local.ways

  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  description                  = each.key
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "aws" {
  for_each = toset(["intake", "services", "storing"])

  security_group_id = aws_security_group.this[each.key].id
  description       = "AWS and its registries"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "webhooks" {
  security_group_id = aws_security_group.this["door"].id
  description       = "Providers, from anywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
