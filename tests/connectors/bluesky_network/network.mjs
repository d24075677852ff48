// Bluesky's own servers on loopback: directory (PLC), personal data server (PDS), AppView. Ports come by environment.
// The control port answers when every queue between them is empty, so that a test sees what it just wrote.
// Ends with SIGTERM, and when whoever started it closes its standard input or dies.
import http from 'node:http'
import { TestNetwork, mockMailer } from '@atproto/dev-env'

const port = (name) => Number(process.env[`${name}_PORT`])
// Names of schemas hold letters and _ alone. A fresh one each time: cursors of another run would be stale.
const run = [...String(process.pid)].map((digit) => 'abcdefghij'[digit]).join('')
process.env.DB_POSTGRES_SCHEMA = `talerstol_${run}`

const network = await TestNetwork.create({
  plc: { port: port('PLC') },
  pds: { port: port('PDS'), hostname: 'localhost', enableDidDocWithSession: true },
  bsky: {
    dbPostgresSchema: `bsky_${run}`,
    port: port('APPVIEW'),
    publicUrl: `http://localhost:${port('APPVIEW')}`,
    indexedAtEpoch: new Date(0), // `indexedAt` is when the network saw a post, as in the real one
  },
  ozone: { port: port('OZONE') },
})
mockMailer(network.pds)

const control = http.createServer(async (_request, response) => {
  try {
    await network.processAll()
    response.end('done\n')
  } catch (problem) {
    response.statusCode = 500
    response.end(String(problem))
  }
})
control.listen(port('CONTROL'), '127.0.0.1', () => console.log('ready'))

const end = async () => {
  setTimeout(() => process.exit(0), 5000).unref()
  await network.close().catch(() => {})
  process.exit(0)
}
process.on('SIGTERM', end)
process.stdin.on('end', end).on('error', end).resume()
