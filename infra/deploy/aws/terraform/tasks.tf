# All that runs: a task of its own for each row of the table, with a role that may do in Kafka what the row says, and nothing else.

module "cluster" {
  source  = "terraform-aws-modules/ecs/aws//modules/cluster"
  version = "7.5.0"

  name                        = "eventflow"
  setting                     = [{ name = "containerInsights", value = "enhanced" }]
  configuration               = null
  create_cloudwatch_log_group = false
  create_security_group       = false
}

locals {
  tasks       = local.tables.tasks
  authorities = local.tables.authorities

  # What the table calls by a name, as it is known in the account alone.
  deployed = {
    region          = var.region
    kafka_addresses = module.kafka.bootstrap_brokers_sasl_iam
    database_host   = module.database.db_instance_address
    door_networks   = join(",", module.network.public_subnets_cidr_blocks)
    explainer_model = var.explainer_model
  }

  # Of the cluster, before and behind the name of the kind.
  kafka_arn = split(":cluster/", module.kafka.arn)

  # Who explains dead letters by a model, if there is one.
  explainers = {
    for name, task in local.tasks : name => task.explainer
    if task.explainer != null && var.explainer_model != null
  }

  environments = {
    for name, task in local.tasks : name => merge(
      task.environment,
      { for variable, value in task.deployed : variable => local.deployed[value] },
      { for variable, source in task.files : variable => file("${path.module}/../../../../${source}") },
      try(local.explainers[name].environment, {}),
      { for variable, value in try(local.explainers[name].deployed, {}) : variable => local.deployed[value] },
    )
  }

  statements = {
    for name, task in local.tasks : name => concat(
      [for statement in task.statements : {
        actions = statement.actions
        resources = [
          for resource in statement.resources :
          replace(replace(resource, "{before}", local.kafka_arn[0]), "{cluster}", local.kafka_arn[1])
        ]
      }],
      [for explainer, its in local.explainers : {
        actions   = its.actions
        resources = ["arn:${data.aws_partition.current.partition}:bedrock:${var.region}::foundation-model/${var.explainer_model}"]
      } if explainer == name],
    )
  }

  # What each container of a task is made with.
  container = {
    for name, task in local.tasks : name => {
      readonlyRootFilesystem      = true
      versionConsistency          = "enabled"
      restartPolicy               = { enabled = false }
      startTimeout                = 120
      stopTimeout                 = 30
      create_cloudwatch_log_group = false
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.task[name].name
          awslogs-region        = var.region
          awslogs-stream-prefix = name
        }
      }
    }
  }

  policies = {
    busy = {
      policy_type = "TargetTrackingScaling"
      target_tracking_scaling_policy_configuration = {
        predefined_metric_specification = { predefined_metric_type = "ECSServiceAverageCPUUtilization" }
        target_value                    = local.tables.scaling.busyPercent
        scale_out_cooldown              = 60
        scale_in_cooldown               = 600
      }
    }
    more = {
      policy_type = "StepScaling"
      step_scaling_policy_configuration = {
        adjustment_type         = "ChangeInCapacity"
        metric_aggregation_type = "Maximum"
        cooldown                = 300
        step_adjustment         = [{ metric_interval_lower_bound = "0", scaling_adjustment = 1 }]
      }
    }
    fewer = {
      policy_type = "StepScaling"
      step_scaling_policy_configuration = {
        adjustment_type         = "ChangeInCapacity"
        metric_aggregation_type = "Maximum"
        cooldown                = 300
        step_adjustment         = [{ metric_interval_upper_bound = "0", scaling_adjustment = -1 }]
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "task" {
  # checkov:skip=CKV_AWS_338: A month of lines does; what has to be kept is in Kafka and in the database.
  # checkov:skip=CKV_AWS_158: AWS's own key does: no line has a payload or a secret in it.
  for_each = local.tasks

  name              = "/eventflow/${each.key}"
  retention_in_days = local.tables.logDays
}

# Jobs too, which are run once by `aws ecs run-task`: of them there is a definition and no service.
module "task" {
  source   = "terraform-aws-modules/ecs/aws//modules/service"
  version  = "7.5.0"
  for_each = local.tasks

  name        = each.key
  family      = "eventflow-${each.key}"
  cluster_arn = module.cluster.arn
  # Until its topics and its tables are there a service ends soon after its start, which ECS takes for a deployment that failed. The module
  # looks at the number of a service when it makes it, and never again: what is not to run yet is not made.
  create_service = each.value.running != null && var.running
  cpu            = each.value.cpu
  memory         = each.value.memory
  volume         = { for name in concat(["tmp"], each.value.isOfDatabase ? [local.authorities.name] : []) : name => {} }

  container_definitions = merge(
    {
      (each.key) = merge(local.container[each.key], {
        image        = coalesce(each.value.image.public, "${var.images}/${coalesce(each.value.image.ours, each.key)}:${var.eventflow_version}")
        essential    = true
        entrypoint   = each.value.entryPoint
        command      = each.value.command
        environment  = [for name, value in local.environments[each.key] : { name = name, value = value }]
        secrets      = [for name, secret in each.value.secrets : { name = name, valueFrom = local.secrets[secret] }]
        portMappings = [for port in each.value.ports : { containerPort = port, protocol = "tcp" }]
        mountPoints = concat(
          [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }],
          [for its in [local.authorities] : { sourceVolume = its.name, containerPath = its.folder, readOnly = true } if each.value.isOfDatabase],
        )
        dependsOn = [for its in [local.authorities] : { containerName = its.name, condition = "SUCCESS" } if each.value.isOfDatabase]
      })
    },
    {
      for its in [local.authorities] : its.name => merge(local.container[each.key], {
        image       = its.image
        essential   = false
        entrypoint  = its.entryPoint
        command     = its.command
        mountPoints = [{ sourceVolume = its.name, containerPath = its.folder, readOnly = false }]
      }) if each.value.isOfDatabase
    },
  )

  tasks_iam_role_statements = length(local.statements[each.key]) > 0 ? local.statements[each.key] : null
  task_exec_secret_arns     = distinct([for name, secret in each.value.secrets : trimsuffix(local.secrets[secret], ":password::")])

  subnet_ids            = module.network.private_subnets
  create_security_group = false
  security_group_ids    = [for name, group in aws_security_group.this : group.id if name == try(each.value.running.securityGroup, "services")]

  desired_count = try(each.value.running.least, 0)
  # A new one is at work before an old one stops; of what there is one at most, the other way round.
  deployment_minimum_healthy_percent = try(each.value.running.most, 1) == 1 ? 0 : 100
  deployment_maximum_percent         = try(each.value.running.most, 1) == 1 ? 100 : 200
  deployment_circuit_breaker         = { enable = true, rollback = true }
  propagate_tags                     = "SERVICE"

  load_balancer = {
    for name, group in module.door.target_groups : name => {
      target_group_arn = group.arn
      container_name   = name
      container_port   = local.tables.door.port
    } if name == each.key
  }

  enable_autoscaling       = contains(keys(local.scaled), each.key)
  autoscaling_min_capacity = try(each.value.running.least, 0)
  autoscaling_max_capacity = try(each.value.running.most, 0)
  autoscaling_policies = {
    for name, policy in local.policies : name => policy
    if contains(try(each.value.running.lag, null) == null ? ["busy"] : ["more", "fewer"], name)
  }
}
