/** Whom the simulator plays beside WeChat Pay, each in a room of its own: the one place where its own rooms meet them. */
import * as v from 'valibot'
import { startAlipay } from './alipay/alipay.ts'
import type { AlipayDeps } from './alipay/alipay.ts'
import { createAlipayControl } from './alipay/control-client.ts'
import {
  ALIPAY_FLAGS,
  ALIPAY_HELP,
  alipayFields,
  alipayFiles,
  alipayOptions,
  alipayRows,
} from './alipay/door.ts'
import type { AlipayFlags } from './alipay/door.ts'
import type { AlipayOnShow } from './alipay/on-show.ts'
import type { AlipayOptions } from './alipay/options.ts'
import type { SavedAlipay } from './alipay/saved.ts'
import type { ControlRoutes } from './control-router.ts'
import type { Unnumbered } from './wire-line.ts'

export interface GuestOptions {
  /** Simulates Alipay beside it. Default: not. */
  readonly alipay?: AlipayOptions
  /** Called when a call to a guest, or an attempt of it to notify, is over. */
  readonly onGuest?: (guest: keyof GuestsOnShow, line: Unnumbered) => void
}

/** Those that are simulated, to whoever runs the simulator. */
export interface GuestsOnShow {
  readonly alipay: AlipayOnShow | undefined
}

/** What is kept of them; absent for one that was never simulated. */
export interface SavedGuests {
  readonly alipay?: SavedAlipay
}

export const SAVED_GUESTS = {
  alipay: v.exactOptional(v.custom<SavedAlipay>((input) => typeof input === 'object' && input !== null)),
}

export const GUEST_HELP = ALIPAY_HELP
export const GUEST_FLAGS = ALIPAY_FLAGS

/** Those that the command line asks for. @throws UsageError */
export function guestOptions(flags: AlipayFlags): GuestOptions {
  const alipay = alipayOptions(flags)
  return alipay === undefined ? {} : { alipay }
}

interface Start extends GuestOptions {
  readonly host?: string
  readonly timeScale?: number
  readonly state?: SavedGuests & { readonly saved_at: number }
}

export interface Guests {
  /** In the control API. */
  readonly routes: ControlRoutes
  onShow(controlUrl: string): GuestsOnShow
  save(): SavedGuests
  stop(): Promise<void>
}

/** Opens the ports of those that are asked for. @throws PortError */
export async function startGuests({ onGuest, ...start }: Start, deps: AlipayDeps): Promise<Guests> {
  const onAlipay = (line: Unnumbered) => onGuest?.('alipay', line)
  const alipay = await startAlipay({ ...start, onLine: onAlipay }, deps)
  return {
    routes: { ...alipay?.routes },
    onShow: (controlUrl) => ({
      alipay: alipay && {
        appId: alipay.appId,
        sellerId: alipay.sellerId,
        gatewayUrl: alipay.gatewayUrl,
        keys: () => alipay.keys(),
        control: createAlipayControl(controlUrl),
      },
    }),
    save() {
      // What is kept of one is not lost by a run without it.
      const kept = alipay === undefined ? start.state?.alipay : alipay.save()
      return kept === undefined ? {} : { alipay: kept }
    },
    stop: async () => alipay?.stop(),
  }
}

/** What people read of them when the simulator has started. */
export function guestRows({ alipay }: GuestsOnShow): ReadonlyArray<readonly [string, string]> {
  return alipay === undefined ? [] : alipayRows(alipay)
}

/** The same for programs. */
export function guestFields({ alipay }: GuestsOnShow): Readonly<Record<string, string>> {
  return alipay === undefined ? {} : alipayFields(alipay)
}

/** What a merchant downloads from them. */
export function guestFiles({ alipay }: GuestsOnShow): Readonly<Record<string, string>> {
  return alipay === undefined ? {} : alipayFiles(alipay)
}
