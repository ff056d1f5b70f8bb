"""kept: three thousand functions, made in a loop, and a line of fifty thousand letters."""

exec("".join(f"def made_{number}(): return {number}\n" for number in range(3000)))
exec(f"long = '{'y' * 50_000}'")
