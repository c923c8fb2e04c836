# Programs started by a program: output, input, exit codes, environment, descriptors, what cannot be started.
import os
import resource
import subprocess

print(subprocess.run(['echo', 'a', 'b c'], capture_output=True, text=True).stdout)
print(subprocess.run(['cat'], input=b'through', stdout=subprocess.PIPE).stdout)
print(subprocess.run('exit 3', shell=True).returncode)
print(subprocess.run(['sh', '-c', 'kill -9 $$']).returncode)
print(subprocess.run(['sh', '-c', 'echo $NAME; pwd'], env={'NAME': 'value', 'PATH': os.environ.get('PATH', '/bin:/usr/bin')},
                     cwd='/', capture_output=True).stdout)
both = subprocess.run(['sh', '-c', 'echo out; echo err >&2'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
print(both.stdout)
for command in (['/nowhere/at/all'], ['/']):
    try:
        subprocess.run(command)
    except OSError as problem:
        print(type(problem).__name__, problem)
try:
    subprocess.run(['true'], cwd='/nowhere')
except OSError as problem:
    print(type(problem).__name__, problem)
try:
    subprocess.run(['false'], check=True)
except subprocess.CalledProcessError as problem:
    print(problem)
try:
    subprocess.run(['sleep', '60'], timeout=0.05)
except subprocess.TimeoutExpired as problem:
    print(problem)
read, write = os.pipe()
subprocess.run(['sh', '-c', f'echo kept >&{write}'], pass_fds=[write])
os.close(write)
print(os.read(read, 100))
with subprocess.Popen(['sh', '-c', 'read line; echo "<$line>"'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
    print(child.communicate('one line\n'))
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
print(soft > 0, resource.getrusage(resource.RUSAGE_SELF).ru_utime >= 0)
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (2, 1))
except ValueError as problem:
    print(problem)
