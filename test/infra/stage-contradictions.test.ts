import { describe, expect, it } from 'vitest'
import { MTLS, PAY, problemsOf, VALID } from './given-settings.ts'

describe('settings', () => {
  it.each([
    [{ customDomain: PAY, notifyDomain: PAY }, 'customDomain and notifyDomain must differ'],
    [
      { notifyDomain: PAY, notifyBaseUrl: 'https://hooks.example.com' },
      'notifyBaseUrl and notifyDomain both say where WeChat sends notifications: keep one',
    ],
    [
      { merchantAuthorization: MTLS, customDomain: PAY, notifyBaseUrl: 'https://pay.example.com' },
      'notifyBaseUrl must not be customDomain under merchantAuthorization mtls: WeChat presents no client certificate',
    ],
    [
      {
        customDomain: PAY,
        executeApiEndpoint: false,
        notifyBaseUrl: 'https://abc.execute-api.us-east-1.amazonaws.com',
      },
      'notifyBaseUrl must not be an execute-api endpoint while executeApiEndpoint is false',
    ],
    [
      { executeApiEndpoint: false },
      'executeApiEndpoint must not be false without a domain: nothing would answer',
    ],
    [
      { region: 'cn-north-1', tracing: true },
      'tracing must not be true in cn-north-1: Lambda has no X-Ray in aws-cn',
    ],
    [
      { accountConcurrency: 150, reserveNotify: 50, reserveSweep: true },
      'reserveNotify and reserveSweep must leave 100 of accountConcurrency, which is 150',
    ],
    [
      { accountConcurrency: 10, reserveSweep: true },
      'reserveNotify and reserveSweep must leave 100 of accountConcurrency, which is 10',
    ],
    [
      { accountConcurrency: 10, settleConcurrency: 50 },
      'settleConcurrency must be at most accountConcurrency',
    ],
    [
      { account: '999999999999', customDomain: PAY },
      'customDomain.certificateArn must be in the account 999999999999',
    ],
  ])('that contradict each other say so: %j', (settings, problem) => {
    expect(problemsOf({ ...VALID, ...settings })).toBe(`stage "test": ${problem}`)
  })

  it.each([
    { merchantAuthorization: MTLS, customDomain: PAY },
    { merchantAuthorization: MTLS, customDomain: PAY, notifyBaseUrl: 'https://hooks.example.com' },
    { tracing: true, reserveSweep: true, canaryMinutes: 30 },
    { tracing: false, region: 'cn-northwest-1' },
    { accountConcurrency: 150, reserveNotify: 50 },
    { customDomain: PAY, notifyBaseUrl: 'https://abc.execute-api.us-east-1.amazonaws.com' },
    { retainData: false, terminationProtection: false },
    { alarmTopicArn: 'arn:aws:sns:us-east-1:999999999999:on-call', account: '123456789012' },
  ])('that go together are taken: %j', (settings) => {
    expect(problemsOf({ ...VALID, ...settings })).toBe('')
  })
})
