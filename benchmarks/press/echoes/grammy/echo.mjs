// grammY's echo with its runner. node echo.mjs ADDRESS TOKEN
import { Bot, InlineKeyboard } from "grammy";
import { run } from "@grammyjs/runner";

const [address, token] = process.argv.slice(2);
const keys = new InlineKeyboard();
for (let n = 1; n <= 6; n++) {
  keys.text(`Answer ${n}`, `a:${n}`);
  if (n % 2 === 0) keys.row();
}

const bot = new Bot(token, { client: { apiRoot: address } });
bot.callbackQuery(/^a:/, async (context) => {
  await context.answerCallbackQuery();
  await context.editMessageText(`You pressed ${context.callbackQuery.data} (${context.callbackQuery.id})`, {
    reply_markup: keys,
  });
});
bot.catch((error) => console.error(error.message));
await bot.init();
const runner = run(bot, { runner: { fetch: { allowed_updates: ["callback_query"] } }, sink: { concurrency: 256 } });
process.once("SIGTERM", () => runner.isRunning() && runner.stop().then(() => process.exit(0)));
