import { describe, expect, it } from 'vitest'
import { createApiHosts } from '#shared/wechat/call/api-hosts.ts'

const PRIMARY = 'https://api.mch.weixin.qq.com'
const BACKUP = 'https://api2.mch.weixin.qq.com'

function start() {
  let time = 1_000_000
  const hosts = createApiHosts([PRIMARY, BACKUP], { now: () => time })
  const report = (healthy: boolean, times = 1) => {
    for (let i = 0; i < times; i += 1) hosts.report(PRIMARY, healthy)
  }
  return { hosts, report, pass: (ms: number) => (time += ms) }
}

describe('createApiHosts', () => {
  it('prefers the primary, also after two failures', () => {
    const { hosts, report } = start()
    expect(hosts.preferred()).toBe(PRIMARY)
    report(false, 2)
    expect(hosts.preferred()).toBe(PRIMARY)
    expect(hosts.alternative(PRIMARY)).toBe(BACKUP)
    expect(hosts.alternative(BACKUP)).toBe(PRIMARY)
  })

  it('prefers the backup for a minute after three failures in a row, then tries the primary', () => {
    const { hosts, report, pass } = start()
    report(false, 3)
    pass(59_999)
    expect(hosts.preferred()).toBe(BACKUP)
    pass(1)
    expect(hosts.preferred()).toBe(PRIMARY)
  })

  it('goes back to the backup when that try fails, and stays when it succeeds', () => {
    const { hosts, report, pass } = start()
    report(false, 3)
    pass(60_000)
    report(false)
    expect(hosts.preferred()).toBe(BACKUP)
    pass(60_000)
    report(true)
    expect(hosts.preferred()).toBe(PRIMARY)
    report(false, 2)
    expect(hosts.preferred()).toBe(PRIMARY)
  })

  it('counts only failures in a row', () => {
    const { hosts, report } = start()
    report(false, 2)
    report(true)
    report(false, 2)
    expect(hosts.preferred()).toBe(PRIMARY)
  })

  it('is not moved by what the backup does', () => {
    const { hosts, report } = start()
    for (let i = 0; i < 5; i += 1) hosts.report(BACKUP, false)
    expect(hosts.preferred()).toBe(PRIMARY)
    report(false, 3)
    hosts.report(BACKUP, true)
    expect(hosts.preferred()).toBe(BACKUP)
  })

  it('takes origins only', () => {
    const create = (url: string) => () => createApiHosts([PRIMARY, url], { now: () => 0 })
    expect(create('https://api2.mch.weixin.qq.com/')).not.toThrow()
    for (const url of ['https://host/pay', 'https://host/?a=b', 'ftp://host', 'file:///etc']) {
      expect(create(url)).toThrow(RangeError)
    }
  })
})
