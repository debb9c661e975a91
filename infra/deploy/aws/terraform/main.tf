# EventFlow on AWS by Terraform, on the modules of the community. It is linted and it has not been applied, by nobody and nowhere:
# what was checked of it, and what was not, stands in docs/deploy/aws.md.
#
# What runs, by which image, with which variables, secrets, sizes, ports and rights, is not said here. It is read from
# generated/tables.json, which `deno task aws --write` makes of the tables that CDK's stack is built of.

terraform {
  required_version = ">= 1.11.1"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.42.0"
    }
    random = {
      source  = "hashicorp/random"
      version = "3.7.2"
    }
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account]

  default_tags {
    tags = { application = "eventflow" }
  }
}

data "aws_partition" "current" {}

locals {
  tables = jsondecode(file("${path.module}/generated/tables.json"))
}
