import { RetentionDays } from 'aws-cdk-lib/aws-logs'
import { describe, expect, it } from 'vitest'
import { CERTIFICATE } from './given-settings.ts'
import { readable, resourcesOf, templateOf } from './template.ts'

const template = templateOf({
  merchantThrottle: { rate: 5, burst: 6 },
  notifyThrottle: { rate: 70, burst: 80 },
  logRetentionDays: RetentionDays.ONE_MONTH,
})
const stages = resourcesOf(template, 'AWS::ApiGatewayV2::Stage')
const integrations = resourcesOf(template, 'AWS::ApiGatewayV2::Integration')
const stage = stages['HttpStage']!

/** Route, who may call it, and the function behind it. */
const ROUTES = [
  'GET /v1/payments AWS_IAM ListFunctionAliaslive',
  'GET /v1/payments/transaction/{transaction_id} AWS_IAM QueryFunctionAliaslive',
  'GET /v1/payments/{out_trade_no} AWS_IAM QueryFunctionAliaslive',
  'GET /v1/refunds AWS_IAM ListFunctionAliaslive',
  'GET /v1/refunds/{out_refund_no} AWS_IAM RefundFunctionAliaslive',
  'POST /v1/payments AWS_IAM PrepayFunctionAliaslive',
  'POST /v1/payments/{out_trade_no}/close AWS_IAM CloseFunctionAliaslive',
  'POST /v1/payments/{out_trade_no}/hold AWS_IAM HoldFunctionAliaslive',
  'POST /v1/payments/{out_trade_no}/refunds AWS_IAM RefundFunctionAliaslive',
  'POST /v1/payments/{out_trade_no}/release AWS_IAM HoldFunctionAliaslive',
  'POST /v1/payments/{out_trade_no}/unfreeze AWS_IAM CloseFunctionAliaslive',
  'POST /v1/refunds/{out_refund_no}/abnormal AWS_IAM RefundFunctionAliaslive',
  'POST /wechatpay/notify/payment NONE NotifyFunctionAliaslive',
  'POST /wechatpay/notify/refund NONE NotifyFunctionAliaslive',
  'POST /wechatpay/notify/refund-v2 NONE NotifyV2FunctionAliaslive',
]

describe('HTTP API', () => {
  it('asks for IAM on every route but those that WeChat calls', () => {
    const routes = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) => {
      const target = readable(Properties['Target']).replace('integrations/', '')
      const uri = readable(integrations[target]!.Properties['IntegrationUri'])
      return `${String(Properties['RouteKey'])} ${String(Properties['AuthorizationType'])} ${uri}`
    })
    expect(routes.sort()).toEqual(ROUTES)
  })

  it('hands events of format 2.0 to one integration a function', () => {
    expect(Object.keys(integrations)).toHaveLength(8)
    for (const { Properties } of Object.values(integrations)) {
      expect(Properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' })
    }
  })

  it('limits merchants and WeChat apart', () => {
    const limits = { ThrottlingRateLimit: 70, ThrottlingBurstLimit: 80 }
    expect(stage.Properties['DefaultRouteSettings']).toEqual({
      ThrottlingRateLimit: 5,
      ThrottlingBurstLimit: 6,
    })
    expect(stage.Properties['RouteSettings']).toEqual({
      'POST /wechatpay/notify/payment': limits,
      'POST /wechatpay/notify/refund': limits,
      'POST /wechatpay/notify/refund-v2': limits,
    })
  })

  it('makes its stage after the routes, which the limits of the stage name', () => {
    const routes = Object.entries(template.Resources).filter(
      ([, { Type }]) => Type === 'AWS::ApiGatewayV2::Route',
    )
    expect([...(stage.DependsOn as string[])].sort()).toEqual(routes.map(([id]) => id).sort())
  })

  it('serves one stage, at the root', () => {
    expect(Object.keys(stages)).toEqual(['HttpStage'])
    expect(stage.Properties).toMatchObject({ StageName: '$default', AutoDeploy: true })
  })

  it('allows no other origin and has no second way in', () => {
    const [api] = Object.values(resourcesOf(template, 'AWS::ApiGatewayV2::Api'))
    expect(api!.Properties['ProtocolType']).toBe('HTTP')
    expect(api!.Properties['CorsConfiguration']).toBeUndefined()
    expect(resourcesOf(template, 'AWS::Lambda::Url')).toEqual({})
  })
})

describe('access log', () => {
  const settings = stage.Properties['AccessLogSettings'] as { DestinationArn: unknown; Format: string }

  it('goes to a group of its own, by an ARN without a wildcard', () => {
    expect(readable(settings.DestinationArn)).toBe(
      'arn:aws:logs:us-east-1:AWS::AccountId:log-group:HttpAccessLog',
    )
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup')
    expect(groups['HttpAccessLog']!.Properties['RetentionInDays']).toBe(30)
  })

  it('is where the policy of CloudWatch takes any number of them, under a name that no stack had before', () => {
    const { HttpAccessLog, MerchantHttpAccessLog } = resourcesOf(
      templateOf({
        merchantAuthorization: { type: 'mtls', truststoreUri: 's3://trust/ca.pem' },
        customDomain: { name: 'pay.example.com', certificateArn: CERTIFICATE },
      }),
      'AWS::Logs::LogGroup',
    )
    const stackId = '{"Fn::Select":[2,{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}]}'
    const named = [HttpAccessLog, MerchantHttpAccessLog].map((group) =>
      JSON.stringify(group!.Properties['LogGroupName']),
    )
    expect(named).toEqual(
      ['Http', 'MerchantHttp'].map(
        (entry) => `{"Fn::Join":["",["/aws/vendedlogs/wxpay-test/${entry}/",${stackId}]]}`,
      ),
    )
  })

  it('holds neither path, query, body, header, claim nor identity of a caller', () => {
    expect(Object.values(JSON.parse(settings.Format) as Record<string, string>).sort()).toEqual([
      '$context.error.responseType',
      '$context.identity.sourceIp',
      '$context.integrationErrorMessage',
      '$context.requestId',
      '$context.responseLatency',
      '$context.routeKey',
      '$context.status',
    ])
  })
})

describe('outputs', () => {
  it('keep the names that the command line and the local stack read', () => {
    expect(
      Object.fromEntries(
        Object.entries(template.Outputs).map(([name, { Value }]) => [name, readable(Value)]),
      ),
    ).toEqual({
      Mchid: '1900000109',
      AccountConcurrency: '1000',
      WechatApiUrl: 'https://api.mch.weixin.qq.com',
      WechatApiBackupUrl: 'https://api2.mch.weixin.qq.com',
      ApiUrl: 'HttpApi.ApiEndpoint',
      MerchantFunctions:
        '{"prepay":"PrepayFunctionAliaslive","query":"QueryFunctionAliaslive","list":"ListFunctionAliaslive","close":"CloseFunctionAliaslive","refund":"RefundFunctionAliaslive","hold":"HoldFunctionAliaslive"}',
      NotifyBaseUrl: 'HttpApi.ApiEndpoint',
      NotifyPaymentUrl: 'HttpApi.ApiEndpoint/wechatpay/notify/payment',
      NotifyRefundUrl: 'HttpApi.ApiEndpoint/wechatpay/notify/refund',
      NotifyRefundV2Url: 'HttpApi.ApiEndpoint/wechatpay/notify/refund-v2',
      OrdersTableName: 'TablesOrders',
      FactsTableName: 'TablesFacts',
      FactQueueUrl: 'QueuesFacts',
      FactDeadLetterQueueUrl: 'QueuesFactsDeadLetter',
      KeyRefreshQueueUrl: 'QueuesKeyRefresh',
      EventTopicArn: 'EventTopicEvents',
      ReportsBucketName: 'ReportsBucket',
      AlarmTopicArn: 'ObservabilityAlarmTopicAlarms',
      MerchantSigningSecretArn: 'SecretsMerchantSigning',
      ApiV3KeySecretArn: 'SecretsApiV3Key',
      ApiV2KeySecretArn: 'SecretsApiV2Key',
      PlatformKeysSecretArn: 'SecretsPlatformKeys',
      FunctionPrepay: 'PrepayFunction',
      FunctionQuery: 'QueryFunction',
      FunctionClose: 'CloseFunction',
      FunctionHold: 'HoldFunction',
      FunctionRefund: 'RefundFunction',
      FunctionList: 'ListFunction',
      FunctionNotify: 'NotifyFunction',
      FunctionNotifyV2: 'NotifyV2Function',
      FunctionSettle: 'SettleFunction',
      FunctionRotateCerts: 'RotateCertsFunction',
      FunctionSweep: 'SweepFunction',
      FunctionReconcile: 'ReconcileFunction',
    })
  })
})
