import { beforeAll, describe, expect, it } from 'vitest'
import { alipayAppOf, alipaySecrets, alipayVariables, EXAMPLE_APP } from '#local/alipay.ts'
import { parseAlipaySettings } from '#shared/alipay-settings.ts'
import { alipayKeyBundle, createAlipayKeys } from '#simulator/alipay/keys.ts'
import type { AlipayKeyBundle } from '#simulator/alipay/keys.ts'
import type { AlipayOnShow } from '#simulator/alipay/on-show.ts'
import { parseAlipayKeys, parseAlipaySigning } from '#shared/secrets/alipay-secrets.ts'

let certified: AlipayKeyBundle

beforeAll(async () => {
  const keys = await createAlipayKeys(EXAMPLE_APP.appId, 'certificate', Date.now())
  certified = alipayKeyBundle(keys, { app_id: EXAMPLE_APP.appId, seller_id: '2088531891668739' })
})

describe('the app of Alipay on this machine', () => {
  it('is the one of the template', () => {
    const told = { appId: '2021000000000001', gatewayUrl: 'https://openapi.alipay.com/gateway.do' }
    expect(alipayAppOf({ WXPAY_ALIPAY: JSON.stringify(told) })).toEqual({ appId: '2021000000000001' })
    expect(alipayAppOf({ WXPAY_ALIPAY: JSON.stringify({ ...told, sellerId: '2088531891668739' }) })).toEqual({
      appId: '2021000000000001',
      sellerId: '2088531891668739',
    })
  })

  it('is none where the template has none, and an error where nobody could read it', () => {
    expect(alipayAppOf({})).toBeUndefined()
    expect(() => alipayAppOf({ WXPAY_ALIPAY: '{}' })).toThrow('it is not the settings of Alipay')
  })

  it('calls the gateway of the simulator, where there is one', () => {
    const gatewayUrl = 'http://127.0.0.1:8792/gateway.do'
    const show = { ...EXAMPLE_APP, gatewayUrl } as AlipayOnShow
    const { WXPAY_ALIPAY = '' } = alipayVariables(EXAMPLE_APP, show)
    expect(parseAlipaySettings(WXPAY_ALIPAY)).toEqual({ ...EXAMPLE_APP, gatewayUrl })
    expect(alipayVariables(EXAMPLE_APP, undefined)).toEqual({})
    expect(alipayVariables(undefined, show)).toEqual({})
  })

  it.each(['certificate', 'public_key'] as const)('has secrets that functions can read: %s', (mode) => {
    const { signing, keys } = alipaySecrets({ ...certified, mode })
    const signer = parseAlipaySigning(JSON.stringify(signing))
    expect(Object.keys(signer.certificates ?? {})).toHaveLength(mode === 'certificate' ? 2 : 0)
    expect(() => parseAlipayKeys(JSON.stringify(keys))).not.toThrow()
  })
})
