/** A shop that takes WeChat Pay: the construct, a function that takes payments, one that refunds, and a queue that hears of both. */
import { App, Duration, Stack, type StackProps, Tags } from 'aws-cdk-lib'
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { SubscriptionFilter } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { WechatPay } from 'wechatpay-lambda-cdk'

class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props)

    // WeChat's own example merchant: put your numbers here.
    const pay = new WechatPay(this, 'Pay', { mchid: '1900000109', appids: ['wxd678efh567hg6787'] })

    // The till may create, query and close payments, and cannot refund them; the desk may refund.
    const till = this.#calls('Till', pay.apiUrl)
    pay.grantPay(till)
    pay.grantRefund(this.#calls('Desk', pay.apiUrl))

    // What is paid goes to a queue of the shop's; raw, so that a message is the event and nothing else.
    const paid = new Queue(this, 'Paid', { enforceSSL: true, visibilityTimeout: Duration.minutes(1) })
    const types = SubscriptionFilter.stringFilter({ allowlist: ['payment.succeeded'] })
    pay.events.addSubscription(
      new SqsSubscription(paid, { rawMessageDelivery: true, filterPolicy: { type: types } }),
    )

    // Beside the alarms that the construct has: this shop wants to hear of ten refunds within five minutes.
    const refunds = new Alarm(this, 'ManyRefunds', {
      metric: pay.metricRefunds(),
      threshold: 10,
      evaluationPeriods: 1,
    })
    refunds.addAlarmAction(new SnsAction(pay.alarmTopic))

    // A second merchant number in the same stack, with the key and the topics of the first.
    const outlet = new WechatPay(this, 'Outlet', {
      mchid: '1900000110',
      appids: ['wxd678efh567hg6787'],
      key: pay.key,
      eventTopic: pay.events,
      alarmTopic: pay.alarmTopic,
    })
    till.addEnvironment('OUTLET_API_URL', outlet.apiUrl)
    outlet.grantPay(till)
  }

  /** A function of the shop's own. It calls the API with the client of this project, or signs its requests by itself. */
  #calls(id: string, apiUrl: string): LambdaFunction {
    return new LambdaFunction(this, id, {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => process.env.API_URL'),
      environment: { API_URL: apiUrl },
    })
  }
}

const shop = new ShopStack(new App(), 'shop')
Tags.of(shop).add('application', 'shop')
