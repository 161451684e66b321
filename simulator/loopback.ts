/** Which names and addresses are this machine, or at least not the public internet. */
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** A host as a URL writes it: lower case, IPv6 in brackets. */
export function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || isLoopbackAddress(bare(hostname))
}

/** An address as a socket tells it; IPv4 may be mapped into IPv6. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1)$/i.test(address)
}

/** Loopback, or an address of one of this machine's own interfaces. */
export function isThisMachine(hostname: string): boolean {
  if (isLoopbackName(hostname)) return true
  const address = bare(hostname)
  const own = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  return isIP(address) !== 0 && own.some((entry) => entry.address === address)
}

const PRIVATE_IPV4 = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/
const PRIVATE_IPV6 = /^(?:f[cd]|fe[89ab])/

/** A name or address that no public name server answers for: a container, a machine in the same network, or this one. */
export function isPrivateHost(hostname: string): boolean {
  const address = bare(hostname)
  if (isLoopbackName(hostname)) return true
  if (isIP(address) === 4) return PRIVATE_IPV4.test(address)
  if (isIP(address) === 6) return PRIVATE_IPV6.test(address)
  return !hostname.includes('.') || /\.(?:internal|local|localhost|test)$/.test(hostname)
}

function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
