/** The shop as a stack of its own beside the payment stack, in the same account and region. */
import { join } from 'node:path'
import { Arn, ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Runtime } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

export interface TeaShopProps {
  /** The outputs of the payment stack with these names. */
  readonly apiUrl: string
  readonly topicArn: string
}

const API_URL = /^https:\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/?$/

export class TeaShop extends Stack {
  constructor(scope: Construct, id: string, { apiUrl, topicArn }: TeaShopProps) {
    const apiId = API_URL.exec(apiUrl)?.[1]
    if (apiId === undefined)
      throw new Error(
        `apiUrl "${apiUrl}": expected the output ApiUrl of the payment stack; give it with -c apiUrl=…`,
      )
    if (!/^arn:aws(?:-cn)?:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(topicArn))
      throw new Error(`topicArn "${topicArn}": expected its output EventTopicArn; give it with -c topicArn=…`)
    const { account, region } = Arn.split(topicArn, ArnFormat.NO_RESOURCE_NAME)
    super(scope, id, { env: { ...(account && { account }), ...(region && { region }) } })

    const table = new TableV2(this, 'Orders', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'until',
      // A shop that earns money keeps its orders.
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const unheard = new Queue(this, 'Unheard', { enforceSSL: true, retentionPeriod: Duration.days(14) })
    const queue = new Queue(this, 'Events', {
      enforceSSL: true,
      visibilityTimeout: Duration.minutes(3),
      deadLetterQueue: { queue: unheard, maxReceiveCount: 5 },
    })
    // The queue's policy lets this topic send to it, and nobody else.
    const topic = Topic.fromTopicArn(this, 'Topic', topicArn)
    topic.addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true }))

    const environment = { API_URL: apiUrl, TABLE: table.tableName }
    const web = this.#function('web', environment)
    const events = this.#function('events', environment)
    table.grantReadWriteData(web)
    table.grantReadWriteData(events)
    events.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true }))
    // Those two calls, and no other: the shop cannot release a hold, for one.
    web.addToRolePolicy(
      new PolicyStatement({
        actions: ['execute-api:Invoke'],
        resources: ['/POST/v1/payments', '/POST/v1/payments/*/refunds'].map(
          (route) => `arn:${this.partition}:execute-api:${this.region}:${this.account}:${apiId}/*${route}`,
        ),
      }),
    )
    const api = new HttpApi(this, 'Api', { defaultIntegration: new HttpLambdaIntegration('Web', web) })
    new CfnOutput(this, 'ShopUrl', { value: api.apiEndpoint })
  }

  #function(handler: string, environment: Record<string, string>): NodejsFunction {
    return new NodejsFunction(this, handler, {
      entry: join(import.meta.dirname, 'lambda.ts'),
      handler,
      runtime: Runtime.NODEJS_24_X,
      timeout: Duration.seconds(30),
      environment,
    })
  }
}
