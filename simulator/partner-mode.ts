/** Orders that a service provider (服务商) places for its sub-merchants (doc partner/4012085801 and siblings). */
import * as v from 'valibot'
import { ApiError } from './api-error.ts'
import { optionalText, parseBody, requiredText } from './field-rules.ts'
import type { Mode } from './mode.ts'
import { checkAppid, checkMchid, checkMchidOfQuery } from './merchant-checks.ts'
import type { Merchant } from './merchant-checks.ts'
import { ORDER_TERMS, SCENES } from './request-schemas.ts'
import type { PaymentMethod } from './request-schemas.ts'

const parties = {
  sp_appid: requiredText(32),
  sp_mchid: requiredText(32),
  sub_appid: optionalText(32),
  sub_mchid: requiredText(32),
}
const payer = v.strictObject({ sp_openid: optionalText(128), sub_openid: optionalText(128) })
// An order that is not of JSAPI has no payer.
const partner = { ...parties, ...ORDER_TERMS, payer: v.optional(v.never()) }

const SCHEMAS = {
  jsapi: v.strictObject({ ...partner, ...SCENES.any, payer }),
  app: v.strictObject({ ...partner, ...SCENES.any }),
  h5: v.strictObject({ ...partner, ...SCENES.h5 }),
  native: v.strictObject({ ...partner, ...SCENES.any }),
} as const satisfies Record<PaymentMethod, v.GenericSchema>

const closeSchema = v.strictObject({ sp_mchid: requiredText(32), sub_mchid: requiredText(32) })

/** The partner's form of prepay, query and close. */
export function createPartnerMode(merchant: Merchant): Mode {
  return {
    base: '/v3/pay/partner/transactions',
    readPrepay(method, body) {
      const {
        sp_appid: appid,
        sp_mchid: mchid,
        sub_appid,
        sub_mchid,
        payer: who,
        ...terms
      } = parseBody(SCHEMAS[method], body)
      checkMchid(merchant, 'sp_mchid', mchid)
      checkAppid(merchant, appid)
      checkPayer(who, sub_appid)
      return {
        ...terms,
        appid,
        mchid,
        sub: { mchid: sub_mchid, appid: sub_appid },
        payer: who === undefined ? undefined : { openid: who.sp_openid, sub_openid: who.sub_openid },
      }
    },
    ownerOfQuery(query) {
      checkMchidOfQuery(merchant, 'sp_mchid', query)
      const sub = query.get('sub_mchid')
      if (sub !== null) return sub
      throw new ApiError(400, 'PARAM_ERROR', '缺少参数sub_mchid', {
        detail: { field: 'sub_mchid', issue: 'required parameter is missing', location: 'query' },
      })
    },
    ownerOfClose(body) {
      const { sp_mchid: mchid, sub_mchid } = parseBody(closeSchema, body)
      checkMchid(merchant, 'sp_mchid', mchid)
      return sub_mchid
    },
  }
}

/** One of the two, and that of the sub-merchant only where its appid is known. */
function checkPayer(who: v.InferOutput<typeof payer> | undefined, subAppid: string | undefined): void {
  if (who === undefined) return
  if (who.sp_openid === undefined && who.sub_openid === undefined)
    throw required('/payer/sp_openid', '用户标识sp_openid与sub_openid不能同时为空')
  if (who.sub_openid !== undefined && subAppid === undefined)
    throw required('/sub_appid', '传sub_openid时sub_appid必填')
}

function required(field: string, message: string): ApiError {
  return new ApiError(400, 'PARAM_ERROR', message, {
    detail: { field, issue: 'required field is missing', location: 'body' },
    reason: 268501013,
  })
}
