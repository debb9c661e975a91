# How many instances there are, by how far they are behind; and who is told when that does not help.

locals {
  running = { for name, task in local.tasks : name => task.running if task.running != null }
  scaled  = { for name, its in local.running : name => its if its.most > its.least && var.running }

  behind = { for name, its in local.running : name => its.lag if its.lag != null }

  # An alarm for each that is behind and told of, and two for each of those of which more are started, or fewer kept.
  # Who is told is told of the lag as it is; who starts and stops them leaves those alone that wait for the database.
  lag_alarms = merge(
    {
      for name, lag in local.behind : "behind-${name}" => {
        lag         = lag
        masked      = false
        comparison  = "GreaterThanOrEqualToThreshold"
        threshold   = lag.tellAtSeconds
        minutes     = 5
        actions     = [aws_sns_topic.told.arn]
        description = "${name} is behind: docs/runbooks"
      }
    },
    {
      for name, lag in local.behind : "more-${name}" => {
        lag         = lag
        masked      = lag.waitsForDatabase
        comparison  = "GreaterThanOrEqualToThreshold"
        threshold   = local.tables.scaling.moreAtSeconds
        minutes     = 3
        actions     = [module.task[name].autoscaling_policies["more"].arn]
        description = "Starts another ${name}"
      } if contains(keys(local.scaled), name)
    },
    {
      for name, lag in local.behind : "fewer-${name}" => {
        lag         = lag
        masked      = lag.waitsForDatabase
        comparison  = "LessThanOrEqualToThreshold"
        threshold   = local.tables.scaling.fewerAtSeconds
        minutes     = 3
        actions     = [module.task[name].autoscaling_policies["fewer"].arn]
        description = "Stops one ${name}"
      } if contains(keys(local.scaled), name)
    },
  )

  in_kafka    = { "Cluster Name" = module.kafka.cluster_name }
  in_database = { DBInstanceIdentifier = module.database.db_instance_identifier }
  in_door = {
    LoadBalancer = module.door.arn_suffix
    TargetGroup  = module.door.target_groups["intake"].arn_suffix
  }

  # From when on somebody is told is said by the tables.
  other_alarms = {
    door-refuses = {
      namespace  = "AWS/ApplicationELB"
      metric     = "HTTPCode_Target_5XX_Count"
      dimensions = local.in_door
      statistic  = "Sum"
      told       = local.tables.told.doorRefuses
    }
    door-empty = {
      namespace  = "AWS/ApplicationELB"
      metric     = "HealthyHostCount"
      dimensions = local.in_door
      statistic  = "Minimum"
      told       = local.tables.told.doorEmpty
    }
    kafka-offline = {
      namespace  = "AWS/Kafka"
      metric     = "OfflinePartitionsCount"
      dimensions = local.in_kafka
      statistic  = "Maximum"
      told       = local.tables.told.kafkaOffline
    }
    database-full = {
      namespace  = "AWS/RDS"
      metric     = "FreeStorageSpace"
      dimensions = local.in_database
      statistic  = "Minimum"
      told       = local.tables.told.databaseFull
    }
  }
}

resource "aws_sns_topic" "told" {
  # checkov:skip=CKV_AWS_26: By AWS's own key alarms could not write to it, and they say nothing that is a secret.
  name         = "eventflow"
  display_name = "EventFlow"
}

data "aws_iam_policy_document" "told" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.told.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account]
    }
  }

  statement {
    effect    = "Deny"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.told.arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sns_topic_policy" "told" {
  arn    = aws_sns_topic.told.arn
  policy = data.aws_iam_policy_document.told.json
}

resource "aws_cloudwatch_metric_alarm" "lag" {
  for_each = local.lag_alarms

  alarm_name          = "eventflow-${each.key}"
  alarm_description   = each.value.description
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  evaluation_periods  = each.value.minutes
  treat_missing_data  = "notBreaching"
  alarm_actions       = each.value.actions

  metric_query {
    id          = "lag"
    return_data = !each.value.masked

    metric {
      namespace   = "AWS/Kafka"
      metric_name = "EstimatedMaxTimeLag"
      dimensions  = merge(local.in_kafka, { "Consumer Group" = each.value.lag.group, Topic = each.value.lag.topic })
      stat        = "Maximum"
      period      = 60
    }
  }

  # While the database is away, work waits on purpose: more who wait would help nobody, and fewer would be missed afterwards.
  dynamic "metric_query" {
    for_each = each.value.masked ? [1] : []

    content {
      id          = "connections"
      return_data = false

      metric {
        namespace   = "AWS/RDS"
        metric_name = "DatabaseConnections"
        dimensions  = local.in_database
        stat        = "Maximum"
        period      = 60
      }
    }
  }

  dynamic "metric_query" {
    for_each = each.value.masked ? [1] : []

    content {
      id          = "masked"
      expression  = "IF(FILL(connections, 0) > 0, lag, ${local.tables.scaling.whileWaitingSeconds})"
      return_data = true
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "other" {
  for_each = local.other_alarms

  alarm_name          = "eventflow-${each.key}"
  alarm_description   = each.value.told.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 60
  comparison_operator = each.value.told.isLow ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold"
  threshold           = each.value.told.threshold
  evaluation_periods  = each.value.told.minutes
  # Of what there is none at all nothing is reported: too little then, and not too much.
  treat_missing_data = each.value.told.isLow ? "breaching" : "notBreaching"
  alarm_actions      = [aws_sns_topic.told.arn]
}
