/** What `Ref` and `Fn::GetAtt` of each resource type give on this machine. */
import { type StackIdentity, arn, LOCAL_ACCOUNT } from './local-identity.ts'
import { isPassedOver } from './resource-types.ts'

/** Where the local services listen, as far as references show it. */
export interface LocalAddresses {
  /** Address of SQS without a final slash; queue URLs are `<address>/000000000000/<name>`. */
  readonly sqsUrl: string
  /** Address of the HTTP API without a final slash. */
  readonly apiUrl: string
}

/** The value of `Ref`, and the attributes that `Fn::GetAtt` can ask for. */
export interface ResourceValues {
  readonly ref: string
  /** undefined: CloudFormation knows no such attribute, or the local stack does not. */
  attribute(name: string): string | undefined
}

interface ValueInput {
  readonly identity: StackIdentity
  readonly addresses: LocalAddresses
  readonly logicalId: string
  readonly type: string
  /** A resolved property of the resource, when it is a string. */
  readonly text: (name: string) => string | undefined
}

/** Gives the values of one resource. Names are deterministic, so that references need no order of creation. */
export function resourceValues(input: ValueInput): ResourceValues {
  const { identity, logicalId, type, text } = input
  switch (type) {
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable': {
      const name = text('TableName') ?? physicalName(input, 255)
      return values(name, { Arn: arn(identity, 'dynamodb', `table/${name}`) })
    }
    case 'AWS::SQS::Queue':
      return queueValues(input)
    case 'AWS::SNS::Topic': {
      const name = text('TopicName') ?? physicalName(input, 256)
      const topicArn = emulatorArn(identity, 'sns', name)
      return values(topicArn, { TopicArn: topicArn, TopicName: name })
    }
    case 'AWS::SecretsManager::Secret': {
      const secretArn = arn(
        identity,
        'secretsmanager',
        `secret:${text('Name') ?? physicalName(input, 500)}-LocaL`,
      )
      return values(secretArn, { Id: secretArn })
    }
    case 'AWS::S3::Bucket': {
      const name = text('BucketName') ?? physicalName(input, 63).toLowerCase()
      return values(name, { Arn: `arn:${identity.partition}:s3:::${name}` })
    }
    case 'AWS::Lambda::Function': {
      const name = text('FunctionName') ?? physicalName(input, 64)
      return values(name, { Arn: arn(identity, 'lambda', `function:${name}`) })
    }
    case 'AWS::Lambda::Alias':
      return qualified(functionArn(identity, text('FunctionName')), text('Name') ?? logicalId)
    case 'AWS::Lambda::Version':
      return qualified(functionArn(identity, text('FunctionName')), '1')
    case 'AWS::ApiGatewayV2::Api':
      return values(apiId(logicalId), { ApiId: apiId(logicalId), ApiEndpoint: input.addresses.apiUrl })
    case 'AWS::ApiGatewayV2::Stage':
      return values(text('StageName') ?? '$default', {})
    case 'AWS::Events::Rule': {
      const name = text('Name') ?? physicalName(input, 64)
      return values(name, { Arn: arn(identity, 'events', `rule/${name}`) })
    }
    default:
      return placeholder(input)
  }
}

/** Ten letters and digits, as API Gateway's own ids are. */
function apiId(logicalId: string): string {
  return logicalId
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(-10)
    .padStart(10, '0')
}

/** `arn:…:function:name[:qualifier]` of a name or an ARN. */
function functionArn(identity: StackIdentity, nameOrArn = ''): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : arn(identity, 'lambda', `function:${nameOrArn}`)
}

function queueValues(input: ValueInput): ResourceValues {
  const name =
    input.text('QueueName') ?? physicalName(input, 75) + (input.text('FifoQueue') === 'true' ? '.fifo' : '')
  const url = `${input.addresses.sqsUrl}/${LOCAL_ACCOUNT}/${name}`
  return values(url, { Arn: emulatorArn(input.identity, 'sqs', name), QueueName: name, QueueUrl: url })
}

/** The SQS and SNS emulator calls its partition `aws` in every region. */
function emulatorArn(identity: StackIdentity, service: string, name: string): string {
  return arn({ ...identity, partition: 'aws' }, service, name)
}

function qualified(base: string, qualifier: string): ResourceValues {
  const ref = `${base}:${qualifier}`
  return values(ref, { AliasArn: ref, FunctionArn: ref, Version: qualifier })
}

function values(ref: string, attributes: Readonly<Record<string, string>>): ResourceValues {
  return { ref, attribute: (name) => attributes[name] }
}

/** Roles, log groups and the like: nothing here reads the value, it only must not be missing. */
function placeholder({ identity, logicalId, type }: ValueInput): ResourceValues {
  const ref = `${identity.stackName}-${logicalId}`
  const any = isPassedOver(type)
  return { ref, attribute: (name) => (any ? arn(identity, 'local', `${ref}/${name}`) : undefined) }
}

function physicalName({ identity, logicalId }: ValueInput, maximum: number): string {
  return `${identity.stackName}-${logicalId}`.slice(-maximum)
}
