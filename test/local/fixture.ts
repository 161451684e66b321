/** A small cloud assembly with a small function, written at test time: everything that a template of this stack can hold. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FunctionDefinition } from '#local/lambda/function-definition.ts'
import { FUNCTION_CODE } from './fixture-function.ts'

export interface Scratch {
  readonly path: string
  remove(): void
}

/** A new directory outside of the checkout. */
export function scratch(): Scratch {
  const path = mkdtempSync(join(tmpdir(), 'wxpay-local-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Writes the function's bundle and gives its directory. */
export function writeFunction(directory: string, code = FUNCTION_CODE): string {
  const path = join(directory, 'asset.fixture')
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'index.js'), code)
  writeFileSync(join(path, 'package.json'), '{"type":"commonjs"}')
  return path
}

/** A function as a template would describe it. */
export function functionDefinition(
  name: string,
  more: Partial<FunctionDefinition> & Pick<FunctionDefinition, 'codeDirectory'>,
): FunctionDefinition {
  return {
    logicalId: name,
    operation: name,
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    handler: 'index.handler',
    timeoutSeconds: 10,
    memoryMb: 256,
    environment: {},
    maxConcurrency: 2,
    asyncRetries: 2,
    logGroup: `/aws/lambda/${name}`,
    logFormat: 'Text',
    reports: true,
    ...more,
  }
}

/** Writes `manifest.json`, template and assets as `cdk synth` does, and gives the directory. */
export function writeAssembly(
  directory: string,
  template: object = fixtureTemplate(),
  region = 'us-east-1',
): string {
  writeFunction(directory)
  const json = (file: string, value: unknown) => writeFileSync(join(directory, file), JSON.stringify(value))
  json('manifest.json', {
    version: '48.0.0',
    artifacts: {
      'fixture.assets': { type: 'cdk:asset-manifest', properties: { file: 'fixture.assets.json' } },
      fixture: {
        type: 'aws:cloudformation:stack',
        environment: `aws://unknown-account/${region}`,
        properties: { templateFile: 'fixture.template.json' },
      },
    },
  })
  json('fixture.template.json', template)
  json('fixture.assets.json', {
    files: {
      abc: {
        source: { path: 'asset.fixture', packaging: 'zip' },
        destinations: { d: { bucketName: 'b', objectKey: 'abc.zip' } },
      },
    },
  })
  return directory
}

const Tags = [{ Key: 'stage', Value: 'fixture' }]

const att = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] })
const ref = (id: string) => ({ Ref: id })

/** A function of the fixture. */
export function fixtureFunction(variables: object = {}, more: object = {}): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: { 'Fn::Sub': 'cdk-assets-${AWS::AccountId}-${AWS::Region}' }, S3Key: 'abc.zip' },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      MemorySize: 256,
      Timeout: 5,
      Role: att('Role', 'Arn'),
      Environment: { Variables: variables },
      ...more,
    },
  }
}

const route = (key: string, authorization: string) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: ref('Api'),
    RouteKey: key,
    AuthorizationType: authorization,
    Target: { 'Fn::Join': ['', ['integrations/', ref('Integration')]] },
  },
})

/** The template. `extra` adds or replaces resources. */
export function fixtureTemplate(extra: Readonly<Record<string, unknown>> = {}): object {
  return {
    Parameters: {
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version' },
    },
    Conditions: { Never: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'nowhere'] } },
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: {} },
      Orders: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          AttributeDefinitions: ['order_key', 'due_shard', 'next_check_at'].map((AttributeName) => ({
            AttributeName,
            AttributeType: AttributeName === 'next_check_at' ? 'N' : 'S',
          })),
          KeySchema: [{ AttributeName: 'order_key', KeyType: 'HASH' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'due',
              KeySchema: [
                { AttributeName: 'due_shard', KeyType: 'HASH' },
                { AttributeName: 'next_check_at', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'KEYS_ONLY' },
            },
          ],
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          Tags,
        },
      },
      Dead: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1209600 } },
      Facts: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          Tags,
          VisibilityTimeout: 90,
          RedrivePolicy: { deadLetterTargetArn: att('Dead', 'Arn'), maxReceiveCount: 2 },
        },
      },
      Refresh: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true, VisibilityTimeout: 360 } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { Tags } },
      Reports: { Type: 'AWS::S3::Bucket' },
      Signing: { Type: 'AWS::SecretsManager::Secret', Properties: { Description: 'signing', Tags } },
      Key: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
      Platform: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
      Prepay: fixtureFunction({
        WXPAY_MCHID: '1900000109',
        WXPAY_APPIDS: 'wxd678efh567hg6787,wx0000000000000000',
        WXPAY_API_URL: 'https://api.mch.weixin.qq.com',
        WXPAY_API_BACKUP_URL: 'https://api2.mch.weixin.qq.com',
        WXPAY_NOTIFY_BASE_URL: att('Api', 'ApiEndpoint'),
        ORDERS_TABLE_NAME: ref('Orders'),
        FACT_QUEUE_URL: ref('Facts'),
        EVENT_TOPIC_ARN: ref('Topic'),
        MERCHANT_SIGNING_SECRET_ID: ref('Signing'),
      }),
      Settle: fixtureFunction(),
      RotateCerts: fixtureFunction({ FAIL_SCHEDULED: '1' }),
      Source: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: att('Facts', 'Arn'),
          FunctionName: ref('Settle'),
          BatchSize: 10,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        },
      },
      NoRetry: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: { FunctionName: ref('Settle'), Qualifier: '$LATEST', MaximumRetryAttempts: 0 },
      },
      EveryMinute: {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(1 minute)',
          State: 'ENABLED',
          Targets: [{ Id: 'Target0', Arn: att('Settle', 'Arn') }],
        },
      },
      SixHours: {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(6 hours)',
          Targets: [{ Id: 'Target0', Arn: att('RotateCerts', 'Arn') }],
        },
      },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'fixture', ProtocolType: 'HTTP' } },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: ref('Api'),
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: att('Prepay', 'Arn'),
          PayloadFormatVersion: '2.0',
        },
      },
      PostPayment: route('POST /v1/payments', 'AWS_IAM'),
      GetPayment: route('GET /v1/payments/{out_trade_no}', 'AWS_IAM'),
      Notify: route('POST /wechatpay/notify/payment', 'NONE'),
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: {
          ApiId: ref('Api'),
          StageName: '$default',
          AutoDeploy: true,
          DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
          RouteSettings: {
            'POST /wechatpay/notify/payment': { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 },
          },
        },
      },
      Absent: { Type: 'AWS::Nobody::Knows', Condition: 'Never' },
      ...extra,
    },
    Outputs: {
      ApiUrl: { Value: att('Api', 'ApiEndpoint') },
      OrdersTableName: { Value: ref('Orders') },
      FactsTableName: { Value: ref('Orders') },
      FactQueueUrl: { Value: ref('Facts') },
      FactDeadLetterQueueUrl: { Value: ref('Dead') },
      KeyRefreshQueueUrl: { Value: ref('Refresh') },
      EventTopicArn: { Value: ref('Topic') },
      ReportsBucketName: { Value: ref('Reports') },
      MerchantSigningSecretArn: { Value: ref('Signing') },
      ApiV3KeySecretArn: { Value: ref('Key') },
      ApiV2KeySecretArn: { Value: ref('Key') },
      PlatformKeysSecretArn: { Value: ref('Platform') },
      FunctionPrepay: { Value: ref('Prepay') },
      FunctionSettle: { Value: ref('Settle') },
      FunctionRotateCerts: { Value: ref('RotateCerts') },
    },
  }
}
