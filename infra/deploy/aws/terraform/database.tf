# PostgreSQL, with a second one in another zone, and a password for each of EventFlow's roles.

module "database" {
  source  = "terraform-aws-modules/rds/aws"
  version = "7.2.0"

  identifier           = "eventflow"
  engine               = "postgres"
  engine_version       = local.tables.database.version
  major_engine_version = split(".", local.tables.database.version)[0]
  family               = "postgres${split(".", local.tables.database.version)[0]}"
  instance_class       = "db.${var.database_size}"
  multi_az             = true

  db_name    = local.tables.database.name
  port       = local.tables.database.port
  parameters = [{ name = "rds.force_ssl", value = "1" }]

  # Nobody who runs has this one. The roles' are exchanged by a person, who starts anew whoever has read them.
  username                                               = local.tables.database.dba
  manage_master_user_password                            = true
  manage_master_user_password_rotation                   = true
  master_user_password_rotation_automatically_after_days = local.tables.database.rotationDays

  create_db_subnet_group = true
  subnet_ids             = module.network.intra_subnets
  vpc_security_group_ids = [aws_security_group.this["database"].id]

  storage_type          = "gp3"
  storage_encrypted     = true
  allocated_storage     = var.database_gib
  max_allocated_storage = 5 * var.database_gib

  backup_retention_period = local.tables.database.backupDays
  deletion_protection     = true
  copy_tags_to_snapshot   = true
  skip_final_snapshot     = false

  auto_minor_version_upgrade             = true
  performance_insights_enabled           = true
  enabled_cloudwatch_logs_exports        = ["postgresql"]
  create_cloudwatch_log_group            = true
  cloudwatch_log_group_retention_in_days = local.tables.logDays
}
