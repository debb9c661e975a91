# What people put in, with something in it that nobody knows until they do; and the passwords of the database's roles. None of them is in
# Terraform's state: they are made and written without being kept. Written once, they are whoever's who exchanges them.

locals {
  texts = local.tables.secrets
  roles = local.tables.databaseRoles

  # By the names that the tables have for them, as ECS wants it.
  secrets = merge(
    { for name, secret in local.texts : name => aws_secretsmanager_secret.text[name].arn },
    { for role, user in local.roles : "database_${role}" => "${aws_secretsmanager_secret.role[role].arn}:password::" },
    { database_dba = "${module.database.db_instance_master_user_secret_arn}:password::" },
  )
}

ephemeral "random_password" "text" {
  for_each = local.texts

  length  = 64
  special = false
}

resource "aws_secretsmanager_secret" "text" {
  # checkov:skip=CKV2_AWS_57: What is read at the start of a service is exchanged by a person, who starts it anew; of webhook secrets two are valid.
  # checkov:skip=CKV_AWS_149: AWS's own key does, as nobody of another account reads it.
  for_each = local.texts

  name        = each.value.name
  description = each.value.description
}

resource "aws_secretsmanager_secret_version" "text" {
  for_each = local.texts

  secret_id                = aws_secretsmanager_secret.text[each.key].id
  secret_string_wo         = ephemeral.random_password.text[each.key].result
  secret_string_wo_version = 1
}

ephemeral "random_password" "role" {
  for_each = local.roles

  length  = 30
  special = false
}

resource "aws_secretsmanager_secret" "role" {
  # checkov:skip=CKV2_AWS_57: A password that services read at their start is exchanged by a person, who starts them anew.
  # checkov:skip=CKV_AWS_149: AWS's own key does, as nobody of another account reads it.
  for_each = local.roles

  name        = "eventflow/database-${each.key}"
  description = "Password of ${each.value}"
}

resource "aws_secretsmanager_secret_version" "role" {
  for_each = local.roles

  secret_id = aws_secretsmanager_secret.role[each.key].id
  secret_string_wo = jsonencode({
    username = each.value
    password = ephemeral.random_password.role[each.key].result
    dbname   = local.tables.database.name
  })
  secret_string_wo_version = 1
}
