/** In place of `alipay-ports.ts` in the bundles of a stage without Alipay. */
export function alipayPorts(): undefined {
  return undefined
}

export function alipayBills(): undefined {
  return undefined
}
