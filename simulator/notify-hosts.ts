/** Where notifications may go: this machine, and the hosts that the command line names. */
import { isThisMachine } from './loopback.ts'

/** Creates the rule. Names are compared as URLs write them. */
export function createNotifyHosts(allowed: readonly string[]): (url: string) => boolean {
  const names = new Set(allowed.map((name) => name.toLowerCase()))
  return (url) => {
    const { hostname } = new URL(url)
    return names.has(hostname) || isThisMachine(hostname)
  }
}
