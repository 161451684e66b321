import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StageSettings } from '#infra/stage/stage-settings.ts'
import { CERTIFICATE, MTLS, problemsOf, VALID } from './given-settings.ts'
import { checkStage, STAGES, stageNamed } from '#infra/stage/stages.ts'

describe('stage settings', () => {
  it('are valid with a region, a merchant and an appid, and get the documented defaults', () => {
    expect(checkStage('test', VALID)).toEqual({
      ...VALID,
      name: 'test',
      terminationProtection: true,
      executeApiEndpoint: true,
      merchantAuthorization: { type: 'iam' },
      reserveSweep: false,
      architecture: 'arm64',
      canaryMinutes: 5,
      operatorRoleArns: [],
      subscriberAccounts: [],
      refundRules: { hourlyPercentFrom: 10, approvals: 1, remindMinutes: 30, pauseMinutes: 120 },
      tracing: false,
      thresholds: {
        pendingFactSeconds: 300,
        queueAgeSeconds: 120,
        notifyLatencyMs: 2000,
        serverErrorPercent: 1,
        unverifiedPerMinute: 5,
        silentPayments: 20,
        merchantCertificateDays: 30,
        platformKeyDays: 10,
        concurrentExecutions: 800,
      },
      retainData: true,
      existing: {},
      recoveryDays: 35,
      reportDays: 1096,
      wechatApiUrl: 'https://api.mch.weixin.qq.com',
      wechatApiBackupUrl: 'https://api2.mch.weixin.qq.com',
      merchantThrottle: { rate: 50, burst: 100 },
      notifyThrottle: { rate: 200, burst: 400 },
      accountConcurrency: 1000,
      settleConcurrency: 50,
      logLevel: 'info',
      notices: {},
      orderForm: 1,
      firstLookSeconds: 60,
      settleWindowSeconds: 0,
      logRetentionDays: 180,
    })
  })

  it('keep what is set', () => {
    const settings = {
      ...VALID,
      account: '123456789012',
      notifyBaseUrl: 'https://pay.example.com/hooks',
      wechatApiUrl: 'https://apihk.mch.weixin.qq.com',
      merchantThrottle: { rate: 1, burst: 1 },
      logRetentionDays: 365,
    }
    expect(checkStage('test', settings)).toMatchObject(settings)
  })

  it.each([
    ['region', 'us-gov-west-1', 'region must be an AWS region of the partition aws or aws-cn'],
    ['region', 'us-east-9', 'region must be an AWS region of the partition aws or aws-cn'],
    ['region', undefined, 'region is missing'],
    ['account', '12345', 'account must be 12 digits'],
    ['mchid', '19000001', ''],
    ['mchid', 1_900_000_109, 'mchid must be 8 to 32 digits'],
    ['mchid', '1900000109 ', 'mchid must be 8 to 32 digits'],
    ['appids', [], 'appids must hold at least one appid'],
    ['appids', 'wxd678efh567hg6787', 'appids must be a list of appids'],
    ['appids', ['wx1', 'wx1'], 'appids must not name an appid twice'],
    ['appids', ['wx1', 'gh_2'], 'appids.1 must be an appid (wx and up to 30 letters, digits, - or _)'],
    [
      'notifyBaseUrl',
      'http://pay.example.com',
      'notifyBaseUrl must be an https URL without query and without a final slash',
    ],
    [
      'notifyBaseUrl',
      'https://pay.example.com/',
      'notifyBaseUrl must be an https URL without query and without a final slash',
    ],
    [
      'notifyBaseUrl',
      'https://pay.example.com?x=1',
      'notifyBaseUrl must be an https URL without query and without a final slash',
    ],
    ['wechatApiUrl', 'https://api2.mch.weixin.qq.com', 'wechatApiUrl and wechatApiBackupUrl must differ'],
    [
      'merchantThrottle',
      { rate: 10, burst: 5 },
      'merchantThrottle.burst must be at least merchantThrottle.rate',
    ],
    [
      'notifyThrottle',
      { rate: 10.5, burst: 50 },
      'notifyThrottle.rate must be a whole number from 1 to 10000',
    ],
    ['notifyThrottle', { rate: 10 }, 'notifyThrottle.burst is missing'],
    ['notifyThrottle', 100, 'notifyThrottle must be a group of settings'],
    ['reserveNotify', 0, 'reserveNotify must be a whole number from 1 to 1000'],
    ['settleConcurrency', 1, 'settleConcurrency must be a whole number from 2 to 1000'],
    [
      'logRetentionDays',
      100,
      'logRetentionDays must be a number of days that CloudWatch Logs knows, as in 30, 90, 180, 365 or 731',
    ],
    [
      'logRetentionDays',
      9999,
      'logRetentionDays must be a number of days that CloudWatch Logs knows, as in 30, 90, 180, 365 or 731',
    ],
    ['logLevel', 'verbose', 'logLevel must be debug, info, warn or error'],
    ['firstLookSeconds', 4, 'firstLookSeconds must be a whole number from 5 to 300'],
    ['orderForm', 4, 'orderForm must be 1, 2 or 3'],
    ['notices', { 'COMPLAINT.': 'all' }, 'notices.COMPLAINT. must be event or content'],
    ['notices', { 'a,b': 'event' }, 'notices.a,b must name beginnings of event types, as in COMPLAINT.'],
    ['logRetention', 30, 'logRetention is not a known setting'],
    ['terminationProtection', 'no', 'terminationProtection must be true or false'],
    [
      'retainData',
      false,
      'retainData must not be false while terminationProtection is true: a stage is either kept or thrown away',
    ],
    ['recoveryDays', 36, 'recoveryDays must be a whole number from 1 to 35'],
    ['architecture', 'arm', 'architecture must be arm64 or x86_64'],
    ['canaryMinutes', 7, 'canaryMinutes must be 0, 5, 10, 15 or 30'],
    ['refundRules', { singelAbove: 1 }, 'refundRules.singelAbove is not a known setting'],
    [
      'refundRules',
      { singleAbove: 1.5 },
      'refundRules.singleAbove must be a whole number from 0 to 100000000000',
    ],
    ['refundRules', { approvals: 3 }, 'refundRules.approvals must be 1 or 2'],
    [
      'refundRules',
      { remindMinutes: 60, pauseMinutes: 60 },
      'refundRules.pauseMinutes must be more than remindMinutes',
    ],
    ['thresholds', { colour: 1 }, 'thresholds.colour is not a known setting'],
    [
      'thresholds',
      { notifyLatencyMs: 6000 },
      'thresholds.notifyLatencyMs must be a whole number from 100 to 5000',
    ],
    ['alarmTopicArn', 'on-call', 'alarmTopicArn must be the ARN of an SNS topic'],
    [
      'alarmTopicArn',
      'arn:aws:sns:us-west-2:123456789012:on-call',
      'alarmTopicArn must be in us-east-1, the region of the stage',
    ],
    [
      'operatorRoleArns',
      ['arn:aws:iam::123456789012:user/me'],
      'operatorRoleArns.0 must be the ARN of an IAM role',
    ],
    [
      'operatorRoleArns',
      ['arn:aws-cn:iam::123456789012:role/ops'],
      'operatorRoleArns must be of the partition aws, as us-east-1 is',
    ],
    ['subscriberAccounts', ['shop'], 'subscriberAccounts.0 must be 12 digits'],
    ['customDomain', { name: 'pay.example.com' }, 'customDomain.certificateArn is missing'],
    [
      'customDomain',
      { name: 'Pay', certificateArn: CERTIFICATE },
      'customDomain.name must be a domain name in lower case, as in pay.example.com',
    ],
    [
      'customDomain',
      { name: 'pay.example.com', certificateArn: CERTIFICATE.replace('us-east-1', 'us-west-2') },
      'customDomain.certificateArn must be in us-east-1, the region of the stage',
    ],
    [
      'customDomain',
      {
        name: 'pay.example.com',
        certificateArn: CERTIFICATE,
        ownershipCertificateArn: CERTIFICATE.replace('us-east-1', 'us-west-2'),
      },
      'customDomain.ownershipCertificateArn must be in us-east-1, the region of the stage',
    ],
    [
      'notifyDomain',
      { name: 'hooks.example.com', certificateArn: CERTIFICATE.replace('aws', 'aws-cn') },
      'notifyDomain.certificateArn must be in us-east-1, the region of the stage',
    ],
    ['merchantAuthorization', { type: 'none' }, 'merchantAuthorization.type must be iam, jwt or mtls'],
    [
      'merchantAuthorization',
      { type: 'jwt', issuer: 'https://login.example.com' },
      'merchantAuthorization.audience is missing',
    ],
    [
      'merchantAuthorization',
      { type: 'jwt', issuer: 'http://login.example.com', audience: ['a'] },
      'merchantAuthorization.issuer must be an https URL',
    ],
    [
      'merchantAuthorization',
      { type: 'iam', issuer: 'https://x.y' },
      'merchantAuthorization.issuer is not a known setting',
    ],
    [
      'merchantAuthorization',
      MTLS,
      'merchantAuthorization mtls needs customDomain: API Gateway asks for client certificates on custom domains only',
    ],
  ])('with %s %j say: %j', (key, value, problem) => {
    expect(problemsOf({ ...VALID, [key]: value })).toBe(problem === '' ? '' : `stage "test": ${problem}`)
  })

  it('name everything that is wrong in one sentence', () => {
    expect(problemsOf({ appids: ['wx1'], colour: 'red', account: 'me' }, 'Test 1')).toBe(
      'stage "Test 1": its name must be 1 to 20 of a-z, 0-9 and -, a letter first; region is missing; ' +
        'account must be 12 digits; colour is not a known setting',
    )
  })

  it('must be a group of settings', () => {
    expect(problemsOf('us-east-1')).toBe('stage "test": it must be a group of settings')
  })
})

describe.each(['docs/deploy.md', 'docs/zh-CN/deploy.md'])('%s', (path) => {
  it('says of every setting what it is for', () => {
    const page = readFileSync(join(import.meta.dirname, '../..', path), 'utf8')
    const rows = page.split('\n').filter((line) => line.startsWith('| `'))
    for (const setting of Object.keys(StageSettings.entries))
      expect(rows.some((row) => row.split('|')[1]!.includes(`\`${setting}\``))).toBe(true)
  })
})

describe('stages', () => {
  it('are valid as they are written down, in both partitions', () => {
    const regions = Object.keys(STAGES).map((name) => stageNamed(name).region)
    expect(regions).toEqual(['us-east-1', 'cn-north-1', 'cn-northwest-1'])
  })

  it.each(['production', 'toString', ''])('refuse the unknown name %j and say which there are', (name) => {
    expect(() => stageNamed(name)).toThrow(
      `there is no stage "${name}": infra/stage/stages.ts has dev, dev-cn, dev-cn-northwest`,
    )
  })
})
