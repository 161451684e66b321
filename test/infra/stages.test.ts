import { describe, expect, it } from 'vitest'
import { checkStage, STAGES, stageNamed } from '#infra/stages.ts'

const VALID = { region: 'us-east-1', mchid: '1900000109', appids: ['wxd678efh567hg6787'] }

function problemsOf(settings: unknown, name = 'test'): string {
  try {
    checkStage(name, settings)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

describe('stage settings', () => {
  it('are valid with a region, a merchant and an appid, and get the documented defaults', () => {
    expect(checkStage('test', VALID)).toEqual({
      ...VALID,
      name: 'test',
      wechatApiUrl: 'https://api.mch.weixin.qq.com',
      wechatApiBackupUrl: 'https://api2.mch.weixin.qq.com',
      merchantThrottle: { rate: 50, burst: 100 },
      notifyThrottle: { rate: 200, burst: 400 },
      settleConcurrency: 50,
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
    ['logRetention', 30, 'logRetention is not a known setting'],
  ])('with %s %j say: %j', (key, value, problem) => {
    expect(problemsOf({ ...VALID, [key]: value })).toBe(problem === '' ? '' : `stage "test": ${problem}`)
  })

  it('name everything that is wrong in one sentence', () => {
    expect(problemsOf({ region: 'us-east-1', appids: ['wx1'], colour: 'red', account: 'me' }, 'Test 1')).toBe(
      'stage "Test 1": its name must be 1 to 20 of a-z, 0-9 and -, a letter first; account must be 12 digits; ' +
        'mchid is missing; colour is not a known setting',
    )
  })

  it('must be a group of settings', () => {
    expect(problemsOf('us-east-1')).toBe('stage "test": it must be a group of settings')
  })
})

describe('stages', () => {
  it('are valid as they are written down, in both partitions', () => {
    const regions = Object.keys(STAGES).map((name) => stageNamed(name).region)
    expect(regions).toEqual(['us-east-1', 'cn-north-1'])
  })

  it.each(['production', 'toString', ''])('refuse the unknown name %j and say which there are', (name) => {
    expect(() => stageNamed(name)).toThrow(`there is no stage "${name}": infra/stages.ts has dev, dev-cn`)
  })
})
