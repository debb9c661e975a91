# The settings of infra/deploy/aws/settings.ts, by the names of Terraform.

variable "account" {
  description = "Number of the account: no other is touched"
  type        = string
}

variable "region" {
  description = "Region, such as eu-central-1"
  type        = string
}

variable "zones" {
  description = "Three of the region's zones, as each record is in three"
  type        = list(string)

  validation {
    condition     = length(var.zones) == 3
    error_message = "zones must be three, as each record is in three."
  }
}

variable "images" {
  description = "Registry and folder of the images, such as 111122223333.dkr.ecr.eu-central-1.amazonaws.com/eventflow"
  type        = string
}

variable "eventflow_version" {
  description = "Tag of the images"
  type        = string
}

variable "certificate_arn" {
  description = "ARN of the certificate, in ACM, of the name that providers send webhooks to"
  type        = string
}

variable "running" {
  description = "false: nothing runs yet, until the jobs have made topics, roles and tables"
  type        = bool
  default     = true
}

variable "brokers" {
  description = "express: MSK manages storage; standard: volumes that MSK does not make larger by itself"
  type        = string
  default     = "express"

  validation {
    condition     = contains(["express", "standard"], var.brokers)
    error_message = "brokers must be express or standard."
  }
}

variable "broker_size" {
  description = "Size of each of three brokers"
  type        = string
  default     = "m7g.large"
}

variable "kafka_version" {
  description = "Version of Kafka as MSK calls it, 3.9 or newer"
  type        = string
  default     = "3.9.x"
}

variable "database_size" {
  description = "Size of the database, of which there is a second one in another zone"
  type        = string
  default     = "m7g.large"
}

variable "database_gib" {
  description = "Storage of the database to begin with; it grows to five times that"
  type        = number
  default     = 200
}

variable "explainer_model" {
  description = "Id of a foundation model of Bedrock that explains dead letters; null: the desk explains by rules, and may not use Bedrock"
  type        = string
  default     = null
}
