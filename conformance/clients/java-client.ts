/** The official Java SDK, where Java and Maven are here: built in a scratch folder, led to the simulator by its proxy. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from './client.ts'
import { processClient } from './process-client.ts'

export const NAME = 'wechatpay-java'
const SOURCE = join(import.meta.dirname, 'java')
/** As pom.xml pins it. */
export const VERSION =
  /<artifactId>wechatpay-java<\/artifactId>\s*<version>([^<]+)/.exec(
    readFileSync(join(SOURCE, 'pom.xml'), 'utf8'),
  )?.[1] ?? ''

/** @returns the client, or in one line why it cannot be had. */
export function openJava(scratch: string): Client | string {
  if (spawnSync('mvn', ['--version']).status !== 0 || spawnSync('javac', ['--version']).status !== 0)
    return 'no Java and Maven here'
  const folder = join(scratch, 'java')
  mkdirSync(join(folder, 'src/main/java'), { recursive: true })
  cpSync(join(SOURCE, 'pom.xml'), join(folder, 'pom.xml'))
  for (const name of ['Client.java', 'Orders.java'])
    cpSync(join(SOURCE, name), join(folder, 'src/main/java', name))
  const goals = ['-q', '-B', 'compile', 'dependency:build-classpath', '-Dmdep.outputFile=classpath']
  const built = spawnSync('mvn', goals, { cwd: folder, encoding: 'utf8' })
  if (built.status !== 0) return /\[ERROR\] (.*)/.exec(built.stdout)?.[1] ?? 'it does not build'
  const classpath = `target/classes:${readFileSync(join(folder, 'classpath'), 'utf8').trim()}`
  return processClient(NAME, VERSION, {
    command: 'java',
    args: ({ proxyUrl, caFile }) => {
      const { hostname, port } = new URL(proxyUrl)
      const trust = [
        `-Djavax.net.ssl.trustStore=${trustStore(caFile)}`,
        '-Djavax.net.ssl.trustStorePassword=changeit',
      ]
      const proxy = [`-Dhttps.proxyHost=${hostname}`, `-Dhttps.proxyPort=${port}`]
      const classes = classpath.replace('target/classes', join(folder, 'target/classes'))
      return [...trust, ...proxy, '-cp', classes, 'Client']
    },
    env: () => ({}),
  })
}

function trustStore(caFile: string): string {
  const store = caFile.replace(/\.pem$/, '.p12')
  const flags = ['-noprompt', '-alias', 'simulator', '-storepass', 'changeit']
  execFileSync('keytool', ['-importcert', ...flags, '-file', caFile, '-keystore', store], { stdio: 'ignore' })
  return store
}
