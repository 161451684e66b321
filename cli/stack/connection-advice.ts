/** What each fault of a connection means for the operator: of a call to WeChat or Alipay, and of their way to us. */
import type { Provider } from '#shared/providers.ts'
import { type ConnectionFault, connectionFaultOf } from '#shared/connection-fault.ts'
import { PEER_NAMES } from '#cli/terminal/provider-names.ts'
import { fail, type Check } from './check.ts'

interface Advice {
  /** Follows the address. */
  readonly what: string
  /** When it is the channel that cannot be reached; {peer} and {setting} are its own. */
  readonly toPeer: string
  /** When it is the notify URL. */
  readonly toUs: string
}

const SET_CLOCK = "set this machine's clock by NTP"

const ADVICE: Readonly<Record<ConnectionFault, Advice>> = {
  dns: {
    what: 'has a name that cannot be resolved',
    toPeer: 'check the DNS of this machine (resolver, VPN) and the name in {setting} of the stage',
    toUs: 'make the DNS record of the custom domain (an output of the stack gives its target), and check notifyBaseUrl',
  },
  unreachable: {
    what: 'has an address that no route leads to',
    toPeer: 'check network, routes and firewall of this machine',
    toUs: 'check network, routes and firewall of this machine, and what the DNS record points to',
  },
  refused: {
    what: 'refuses connections: nothing listens there',
    toPeer: 'check host and port in {setting} of the stage, and the proxy of this machine',
    toUs: 'check the domain mapping, and what the DNS record points to',
  },
  cut: {
    what: 'has its connections broken off',
    toPeer: 'a firewall or a proxy in between breaks them off: let this host pass',
    toUs: 'a firewall, a WAF or a proxy in front of the API breaks them off: let {peer} pass',
  },
  timeout: {
    what: 'does not answer in time',
    toPeer:
      'a firewall in between may swallow what is sent: let this host pass; else wait, and see the status of {peer}',
    toUs: 'a firewall in front of the API may swallow what is sent; in China the domain needs its ICP filing',
  },
  tls_chain: {
    what: 'shows a certificate that leads to no trusted root',
    toPeer:
      'something in between answers with a certificate of its own (a proxy that inspects TLS): let this host pass; or the roots of this machine are old',
    toUs: 'serve the whole chain, intermediate certificates too, from an authority that everybody trusts: {peer} knows no private one',
  },
  tls_host: {
    what: 'shows a certificate of another name',
    toPeer: 'it is not {peer} that answers: check DNS, proxy, and {setting} of the stage',
    toUs: 'issue a certificate that holds the name of the custom domain, and check the domain mapping',
  },
  tls_expired: {
    what: "shows a certificate that has run out, by this machine's clock",
    toPeer: `if that time is wrong, ${SET_CLOCK}; else something in between answers with an old certificate: let this host pass`,
    toUs: `if that time is wrong, ${SET_CLOCK}; else renew the certificate of the custom domain`,
  },
  clock: {
    what: "shows a certificate that is not valid yet, by this machine's clock",
    toPeer: SET_CLOCK,
    toUs: SET_CLOCK,
  },
  tls_protocol: {
    what: 'answers something else than TLS, or TLS of a version that is not ours',
    toPeer: 'a proxy or another program answers: check host, port and proxy, and {setting} of the stage',
    toUs: 'another program answers, or one with an old TLS: check notifyBaseUrl and what stands in front of the API',
  },
}

interface Unreached {
  readonly url: string
  readonly now: number
  readonly side: 'toPeer' | 'toUs'
  /** Whom we call, or who calls us. */
  readonly provider: Provider
}

/** Of the stage. */
const SETTINGS: Readonly<Record<Provider, string>> = {
  wechat: 'wechatApiUrl',
  alipay: 'alipay.gatewayUrl',
}

/** The failed line of an address that could not be reached. */
export function unreached(name: string, error: unknown, { url, now, side, provider }: Unreached): Check {
  const fault = connectionFaultOf(error)
  if (fault === undefined) {
    const remedy =
      'check DNS, firewall and proxy of this machine; functions have their own way out of the region'
    return fail(name, `${url} cannot be reached from here`, remedy)
  }
  const { what, [side]: advice } = ADVICE[fault]
  const remedy = advice.replaceAll('{peer}', PEER_NAMES[provider]).replaceAll('{setting}', SETTINGS[provider])
  const timed = fault === 'tls_expired' || fault === 'clock'
  const clock = timed ? `, which says ${new Date(now).toISOString()}` : ''
  return fail(name, `${url} cannot be reached from here: it ${what}${clock} (${fault})`, remedy)
}
