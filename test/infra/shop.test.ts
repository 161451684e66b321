/** The stack of the example shop, beside ours in either partition. */
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { TeaShop } from '../../examples/shop/stack.ts'

const API = 'https://abc123.execute-api.us-east-1.amazonaws.com'
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:wxpay-dev-events'

// CloudFormation's own rules take two seconds, and what they would say of a table and a queue is known.
beforeEach(() => void vi.stubEnv('CDK_VALIDATION', 'false'))

function templateOf(apiUrl: string, topicArn: string): string {
  // The functions are bundled when somebody deploys.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } })
  return JSON.stringify(Template.fromStack(new TeaShop(app, 'tea-shop', { apiUrl, topicArn })).toJSON())
}

describe('the stack of the shop', () => {
  it('hears the topic on a queue of its own, and may call two routes', () => {
    const template = templateOf(API, TOPIC)
    expect(template).toContain(`"TopicArn":"${TOPIC}"`)
    expect(template).toContain('"RawMessageDelivery":true')
    const allowed = [...template.matchAll(/:abc123\/\*(\/[^"]*)"/g)].map(([, route]) => route)
    expect(allowed).toEqual(['/POST/v1/payments', '/POST/v1/payments/*/refunds'])
  })

  it('is the same in China', () => {
    const template = templateOf(
      `${API.replace('us-east-1', 'cn-north-1')}.cn`,
      TOPIC.replace('aws', 'aws-cn'),
    )
    expect(template).toContain('arn:aws-cn:sns')
  })

  it.each([
    ['', TOPIC, 'apiUrl "": expected the output ApiUrl of the payment stack; give it with -c apiUrl=…'],
    [API, 'events', 'topicArn "events": expected its output EventTopicArn; give it with -c topicArn=…'],
  ])('says what is missing: %j %j', (apiUrl, topicArn, message) => {
    expect(() => new TeaShop(new App(), 'tea-shop', { apiUrl, topicArn })).toThrow(message)
  })
})
