/** What an operator may ask of the local cloud beside the runbook, with what the aws command line has to answer. */

export interface CloudCommand {
  /** For bash, with the helpers of the runbook. */
  readonly command: string
  /** In what it prints, on either stream. */
  readonly prints: RegExp
  /** @default 0 */
  readonly code?: number
}

const REFUSED = 254
const DEAD_ARN =
  '"$(aws sqs get-queue-attributes --queue-url "$(out FactDeadLetterQueueUrl)" --attribute-names QueueArn --query Attributes.QueueArn --output text)"'

export const CLOUD_COMMANDS: readonly CloudCommand[] = [
  // The helpers of the runbook find what is there, and do not merely end well.
  { command: 'out FactQueueUrl', prints: /^http:\/\/127\.0\.0\.1:\d+\/000000000000\// },
  { command: `log Settle '{ $.code = "FACT_SETTLED" }'`, prints: /"code":"FACT_SETTLED".*REHEARSED-1/ },
  { command: 'aws sts get-caller-identity', prints: /"Account": "000000000000"/ },
  {
    command: 'aws dynamodb delete-table --table-name "$(out OrdersTableName)"',
    prints: /ValidationException.*currently protected against deletion/,
    code: REFUSED,
  },
  {
    command:
      'aws dynamodb list-tags-of-resource --resource-arn "$(aws dynamodb describe-table --table-name "$(out OrdersTableName)" --query Table.TableArn --output text)"',
    prints: /"Key": "application",\s+"Value": "wechatpay-lambda"/,
  },
  {
    command: 'aws sqs list-queue-tags --queue-url "$(out FactQueueUrl)"',
    prints: /"application": "wechatpay-lambda"/,
  },
  {
    command: 'aws sns list-tags-for-resource --resource-arn "$(out EventTopicArn)"',
    prints: /"Key": "application"/,
  },
  {
    command:
      'aws sqs list-queues --query QueueUrls --output text | tr "\\t" "\\n" | grep -cv "^$AWS_ENDPOINT_URL_SQS/"',
    prints: /^0$/m,
    code: 1,
  },
  {
    command: 'aws sqs list-dead-letter-source-queues --queue-url "$(out FactDeadLetterQueueUrl)"',
    prints: /"http:\/\/127\.0\.0\.1:\d+\/000000000000\/[\w-]*QueuesFacts[\w-]*"/,
  },
  { command: `aws sqs start-message-move-task --source-arn ${DEAD_ARN}`, prints: /"TaskHandle": "\w+/ },
  {
    command: `aws sqs list-message-move-tasks --source-arn ${DEAD_ARN}`,
    prints: /"Status": "(?:RUNNING|COMPLETED)"/,
  },
  {
    command: 'aws sqs cancel-message-move-task --task-handle nonsense',
    prints: /Task does not exist/,
    code: REFUSED,
  },
  { command: 'aws secretsmanager list-secrets --query "length(SecretList)"', prints: /^6$/m },
  {
    command:
      'aws secretsmanager batch-get-secret-value --secret-id-list "$(out ApiV3KeySecretArn)" nobody --query "[length(SecretValues), Errors[0].ErrorCode]" --output text',
    prints: /1\s+ResourceNotFoundException/,
  },
  {
    command:
      'aws secretsmanager create-secret --name rehearsed --secret-string x > /dev/null && aws secretsmanager delete-secret --secret-id rehearsed --recovery-window-in-days 7',
    prints: /"DeletionDate"/,
  },
  {
    command: 'aws secretsmanager get-secret-value --secret-id rehearsed',
    prints: /InvalidRequestException.*marked for deletion/,
    code: REFUSED,
  },
  { command: 'aws secretsmanager restore-secret --secret-id rehearsed', prints: /"Name": "rehearsed"/ },
  {
    command: 'aws secretsmanager delete-secret --secret-id rehearsed --force-delete-without-recovery',
    prints: /"DeletionDate"/,
  },
  {
    command: 'aws cloudwatch list-metrics',
    prints: /the local stack has no/,
    code: REFUSED,
  },
]
