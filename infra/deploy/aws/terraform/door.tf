# Where webhooks come in from the internet.

module "door_logs" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "5.15.4"

  bucket_prefix                         = "eventflow-door-logs-"
  versioning                            = { enabled = true }
  attach_elb_log_delivery_policy        = true
  attach_lb_log_delivery_policy         = true
  attach_deny_insecure_transport_policy = true
  lifecycle_rule = [{
    id         = "expire"
    enabled    = true
    expiration = { days = local.tables.door.logDays }
  }]
}

module "door" {
  source  = "terraform-aws-modules/alb/aws"
  version = "10.5.0"

  name                       = "eventflow"
  vpc_id                     = module.network.vpc_id
  subnets                    = module.network.public_subnets
  create_security_group      = false
  security_groups            = [aws_security_group.this["door"].id]
  idle_timeout               = 60
  drop_invalid_header_fields = true
  enable_deletion_protection = true
  access_logs                = { bucket = module.door_logs.s3_bucket_id, prefix = "door" }
  associate_web_acl          = true
  web_acl_arn                = aws_wafv2_web_acl.door.arn

  listeners = {
    https = {
      port            = 443
      protocol        = "HTTPS"
      ssl_policy      = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
      certificate_arn = var.certificate_arn
      forward         = { target_group_key = "intake" }
    }
  }

  target_groups = {
    intake = {
      name                 = "eventflow-intake"
      port                 = local.tables.door.port
      protocol             = "HTTP"
      target_type          = "ip"
      create_attachment    = false
      deregistration_delay = 30
      health_check = {
        path     = local.tables.door.health
        interval = 10
      }
    }
  }
}

resource "aws_wafv2_web_acl" "door" {
  # checkov:skip=CKV_AWS_192: AWSManagedRulesKnownBadInputsRuleSet, which has that rule, is among the table's, whom checkov does not see.
  # checkov:skip=CKV2_AWS_31: What is refused is counted and sampled; whole requests would have names and tokens in them.
  name        = "eventflow"
  description = "All but webhooks, which are proven by their signatures"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  # First, and the last word: AWS's rules read bodies, refuse those above 8 KiB, and see attacks in payments' texts.
  rule {
    name     = "WebhooksAreLeftAlone"
    priority = 0

    action {
      allow {}
    }

    statement {
      byte_match_statement {
        search_string         = local.tables.door.webhooks
        positional_constraint = "STARTS_WITH"

        field_to_match {
          uri_path {}
        }

        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
      metric_name                = "Webhooks"
    }
  }

  dynamic "rule" {
    for_each = local.tables.door.rules

    content {
      name     = rule.value
      priority = 1 + rule.key

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.value
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        sampled_requests_enabled   = true
        metric_name                = rule.value
      }
    }
  }

  rule {
    name     = "NotTooMany"
    priority = 1 + length(local.tables.door.rules)

    action {
      block {}
    }

    statement {
      rate_based_statement {
        limit              = local.tables.door.mostRequests
        aggregate_key_type = "IP"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
      metric_name                = "NotTooMany"
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
    metric_name                = "EventFlow"
  }
}
