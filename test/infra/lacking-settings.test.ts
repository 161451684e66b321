import { describe, expect, it } from 'vitest'
import { stageNamed } from '#infra/stage/stages.ts'

const alipay = { appId: '2021001161683774' }

describe('a stage', () => {
  it('gets the settings that it lacks, and keeps its own', () => {
    expect(stageNamed('dev', { alipay }).alipay).toMatchObject(alipay)
    expect(stageNamed('dev', { alipay, mchid: '1900000001' }).mchid).toBe(stageNamed('dev').mchid)
  })

  it('has them checked as its own are', () => {
    expect(() => stageNamed('dev', { alipay: { appId: '1' } })).toThrow(
      'stage "dev": alipay.appId must be an app_id of Alipay: 16 digits',
    )
  })
})
