/** Rules of cdk-nag that the payment system breaks on purpose, each with its reason. Anything that is not listed here fails synth. */
import { ANSWERED_AT_ONCE } from '#infra/channels/channel.ts'
import type { Acknowledgement } from '#infra/channels/channel.ts'
import { CHANNEL_ACKNOWLEDGEMENTS } from '#infra/channels/channels.ts'

export const ACKNOWLEDGEMENTS: readonly Acknowledgement[] = [
  ...CHANNEL_ACKNOWLEDGEMENTS,
  {
    rule: 'Serverless-SQSRedrivePolicy',
    at: /^Queues\/FactsDeadLetter\//,
    reason: 'It is the dead-letter queue; an alarm fires at its first message and it keeps them for 14 days.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    at: /^(?:Prepay|Query|List|Close|Refund|Hold)\//,
    reason: ANSWERED_AT_ONCE,
  },
  {
    rule: 'Serverless-LambdaDLQ',
    at: /^Settle\//,
    reason: 'Invoked by SQS, whose queue has the dead-letter queue.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    at: /^(?:RotateCerts|Sweep|Reconcile)\//,
    reason:
      'Its event says only that it is time; the next one comes by the clock, and an alarm fires when none succeeds.',
  },
  {
    rule: 'Serverless-LambdaDLQ',
    at: /^ReleaseCheck\//,
    reason: 'Invoked by CodeDeploy, which turns the release back when it hears nothing.',
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    at: /^Triggers\/(?:FactQueue|KeyRefreshQueue)$/,
    reason:
      'Destinations on failure are for streams; a queue keeps what failed and moves it to its dead-letter queue.',
  },
  {
    rule: 'Serverless-LambdaAsyncFailureDestination',
    at: /^Sweep\//,
    reason:
      'The next run starts within a minute and finds everything that this one left; an alarm fires when none succeeds.',
  },
  {
    rule: 'Serverless-LambdaAsyncFailureDestination',
    at: /^Reconcile\//,
    reason:
      'The next run starts within an hour and takes up what this one left; an alarm fires when a day stays incomplete.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<ReportsBucket.Arn>/reports/*]',
    at: /^Reconcile\/Role\/Resource$/,
    reason: 'Reports of days to come have no names yet; nothing else is in the bucket.',
  },
  {
    rule: 'AwsSolutions-S1',
    at: /^Reports\/Bucket\//,
    reason:
      'One function writes an object a day; who reads them is in CloudTrail, where an account records the data events of S3.',
  },
  {
    rule: 'Serverless-EventBusDLQ',
    at: /^Triggers\/Every /,
    reason:
      'An event of the clock that was lost is followed by the next; alarms fire when sweep, rotate-certs or reconcile stay silent.',
  },
  {
    rule: 'Serverless-LambdaTracing',
    at: /\/Function\/Resource$/,
    reason:
      'A trace an invocation costs about as much as all the rest; the setting `tracing` takes them, not in aws-cn, where Lambda has no X-Ray.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::*]',
    at: /^(?:ReleaseCheck\/Check|[A-Za-z0-9]+)\/Role\/Resource$/,
    reason:
      'X-Ray has no resources to name: xray:PutTraceSegments and xray:PutTelemetryRecords; and CloudWatch lists alarms only for those who may list all: cloudwatch:DescribeAlarms of CodeDeploy.',
  },
  {
    rule: 'AwsSolutions-IAM5[Resource::<NotifyFunction.Arn>:*]',
    at: /^ReleaseCheck\/Check\/Role\/Resource$/,
    reason:
      'Versions of notify and nothing else: a right to the newest alone would be given seconds before it is used, and IAM takes longer.',
  },
]
